create or replace function api.publish_lesson(
    lesson_id uuid,
    is_published boolean default true
) returns integer
language sql
set search_path = pg_catalog, pg_temp
return content.publish_lesson(lesson_id, is_published);

comment on function api.publish_lesson(uuid, boolean) is
'Publishes or unpublishes a lesson. In a published course this makes a new version of the course.

Args: lesson_id: the lesson; is_published: false unpublishes it.
Returns: the number of the course''s new version; null if none was made.
Raises: PT404 lesson.not_found, PT404 course.not_found, PT403 course.edit_denied, PT403
course.permission_denied, PT409 lesson.body_missing, PT409 course.empty.
Caller: those who teach the course and have lesson.publish; service.';

revoke all on function api.publish_lesson(uuid, boolean) from public;
grant execute on function api.publish_lesson(uuid, boolean) to staff, service_role;
