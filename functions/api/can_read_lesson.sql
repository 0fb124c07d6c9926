create or replace function api.can_read_lesson(lesson_id uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
return access.can_read_lesson(lesson_id);

comment on function api.can_read_lesson(uuid) is
'Whether the caller may read a lesson.

Args: lesson_id: the lesson.
Returns: true or false; false for a lesson that does not exist.
Caller: anyone, for themselves.';

revoke all on function api.can_read_lesson(uuid) from public;
grant execute on function api.can_read_lesson(uuid) to anon, authenticated, staff, service_role;
