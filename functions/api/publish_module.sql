create or replace function api.publish_module(
    module_id uuid,
    is_published boolean default true
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.publish_module(module_id, is_published);

comment on function api.publish_module(uuid, boolean) is
'Publishes a module, so that its published lessons are shown, or unpublishes it. In a published
course this makes a new version of the course.

Args: module_id: the module; is_published: false unpublishes it.
Returns: the number of the course''s new version; null if none was made.
Raises: PT404 module.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_module(uuid, boolean) from public;
grant execute on function api.publish_module(uuid, boolean) to staff, service_role;
