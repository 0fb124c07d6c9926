create or replace function api.reorder_lessons(module_id uuid, lesson_ids uuid[]) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.reorder_lessons(module_id, lesson_ids);

comment on function api.reorder_lessons(uuid, uuid[]) is
'Reorders the lessons of a module. Lessons of other modules of the course move into it when they are
named. Learners see the new order when the course is published again.

Args: module_id: the module; lesson_ids: ids of all its lessons, in the order they are to have.
Returns: how many moved.
Raises: PT404 module.not_found, PT404 course.not_found, PT403 course.edit_denied, PT400
lesson.order_incomplete.
Caller: those who teach the course; service.';

revoke all on function api.reorder_lessons(uuid, uuid[]) from public;
grant execute on function api.reorder_lessons(uuid, uuid[]) to staff, service_role;
