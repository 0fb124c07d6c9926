create or replace function api.can_read_course(course_id uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
return access.can_read_course(course_id);

comment on function api.can_read_course(uuid) is
'Whether the caller may read the lessons of a course.

Args: course_id: the course.
Returns: true or false; false for a course that does not exist.
Caller: anyone, for themselves.';

revoke all on function api.can_read_course(uuid) from public;
grant execute on function api.can_read_course(uuid) to anon, authenticated, staff, service_role;
