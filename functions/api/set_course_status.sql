create or replace function api.set_course_status(course_id uuid, status text) returns text
language sql
set search_path = pg_catalog, pg_temp
return content.set_course_status(course_id, status);

comment on function api.set_course_status(uuid, text) is
'Sends a draft to review, takes it back, or archives a course. An archived course leaves the
catalogue; its learners can continue.

Args: course_id: the course; status: draft, under_review or archived.
Returns: the status.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied, PT409
course.status_invalid.
Caller: those who teach the course, for archiving only with lesson.publish; service.';

revoke all on function api.set_course_status(uuid, text) from public;
grant execute on function api.set_course_status(uuid, text) to staff, service_role;
