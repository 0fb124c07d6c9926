create or replace function api.adopt_course_version(course_id uuid) returns integer
language sql
set search_path = pg_catalog, pg_temp
return learn.adopt_course_version(course_id);

comment on function api.adopt_course_version(uuid) is
'Moves the caller to the newest publication of a course. Completed lessons stay completed; new
lessons are still to do.

Args: course_id: the course.
Returns: the publication''s number.
Raises: PT403 user.not_active, PT409 enrollment.required, PT409 cohort.not_started, PT403
access.denied.
Caller: anyone with a login, for themselves.';

revoke all on function api.adopt_course_version(uuid) from public;
grant execute on function api.adopt_course_version(uuid) to authenticated, staff;
