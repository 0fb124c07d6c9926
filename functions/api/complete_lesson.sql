create or replace function api.complete_lesson(lesson_id uuid) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.complete_lesson(lesson_id);

comment on function api.complete_lesson(uuid) is
'Completes a lesson; the last lesson completes the course. XP, certificate, streak and achievements
follow in the same transaction, or nothing happens.

The person and lesson are the key: however often this is called, it happens once.

Args: lesson_id: the lesson.
Returns: {lesson_id, course_id, completed_at, is_new, xp (for the lesson, by this call),
course_status, course_completed_at, certificate_id}.
Raises: PT403 user.not_active, PT409 enrollment.required, PT409 cohort.not_started, PT404
lesson.not_found, PT403 access.denied, PT409 prerequisite.unmet, PT409 lesson.not_watched, PT409
lesson.assessment_open, PT409 lesson.assignment_open.
Caller: anyone with a login, for themselves.';

revoke all on function api.complete_lesson(uuid) from public;
grant execute on function api.complete_lesson(uuid) to authenticated, staff;
