create or replace function api.my_waitlist_position(course_id uuid) returns integer
language sql stable
set search_path = pg_catalog, pg_temp
return learn.my_waitlist_position(course_id);

comment on function api.my_waitlist_position(uuid) is
'The caller''s place on a course''s waitlist.

Args: course_id: the course.
Returns: 1 for the first; null: not on the waitlist.
Caller: anyone with a login, for themselves.';

revoke all on function api.my_waitlist_position(uuid) from public;
grant execute on function api.my_waitlist_position(uuid) to authenticated, staff;
