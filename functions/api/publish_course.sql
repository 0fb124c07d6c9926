create or replace function api.publish_course(
    course_id uuid,
    note text default null
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.publish_course(course_id, note);

comment on function api.publish_course(uuid, text) is
'Publishes a course, or what changed in it, as a new version. Who enrolled before keeps the version
they had. An archived course is listed again.

Args: course_id: the course; note: what is new, for learners, up to 2,000 characters.
Returns: the new version''s number, from 1.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied, PT409
course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_course(uuid, text) from public;
grant execute on function api.publish_course(uuid, text) to staff, service_role;
