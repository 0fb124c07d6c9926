create or replace function api.reorder_modules(course_id uuid, module_ids uuid[]) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.reorder_modules(course_id, module_ids);

comment on function api.reorder_modules(uuid, uuid[]) is
'Reorders the modules of a course. Learners see the new order when the course is published again.

Args: course_id: the course; module_ids: ids of all its modules, in the order they are to have.
Returns: how many moved.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT400 module.order_incomplete.
Caller: those who teach the course; service.';

revoke all on function api.reorder_modules(uuid, uuid[]) from public;
grant execute on function api.reorder_modules(uuid, uuid[]) to staff, service_role;
