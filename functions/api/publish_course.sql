create or replace function api.publish_course(
    course_id uuid,
    note text default null
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.publish_course(course_id, note);

comment on function api.publish_course(uuid, text) is
'Publishes a course or its changes as a new version. People who enrolled before keep their version.
Publishing an archived course lists it again.

Args: course_id: the course; note: a release note for learners, up to 2,000 characters.
Returns: the new version''s number, from 1.
Raises: PT404 course.not_found, PT403 course.edit_denied, PT403 course.permission_denied, PT409
course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_course(uuid, text) from public;
grant execute on function api.publish_course(uuid, text) to staff, service_role;
