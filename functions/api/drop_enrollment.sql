create or replace function api.drop_enrollment(
    course_id uuid,
    user_id uuid default null
) returns text
language sql
set search_path = pg_catalog, pg_temp
return learn.drop_enrollment(course_id, user_id);

comment on function api.drop_enrollment(uuid, uuid) is
'Leaves a course or its waitlist. Progress is kept for people who come back; the seat goes to the
first person waiting. A completed course stays completed.

Args: course_id: the course; user_id: whose enrolment, null for the caller''s.
Returns: its status now: dropped, completed or expired; left for a place on the waitlist.
Raises: PT403 enrollment.denied, PT404 enrollment.not_found.
Caller: anyone with a login, for themselves; staff with enrollment.manage, everywhere or in the
course, and service for others.';

revoke all on function api.drop_enrollment(uuid, uuid) from public;
grant execute on function api.drop_enrollment(uuid, uuid) to authenticated, staff, service_role;
