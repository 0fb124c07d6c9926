create or replace function api.publish_assignment(
    assignment_id uuid,
    is_published boolean default true
) returns void
language sql
set search_path = pg_catalog, pg_temp
return learn.publish_assignment(assignment_id, is_published);

comment on function api.publish_assignment(uuid, boolean) is
'Publishes or unpublishes an assignment.

Args: assignment_id: the assignment; is_published: false unpublishes it.
Returns: nothing.
Raises: PT404 assignment.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_assignment(uuid, boolean) from public;
grant execute on function api.publish_assignment(uuid, boolean) to staff, service_role;
