create or replace function api.enroll(
    course_id uuid,
    key text,
    cohort_id uuid default null
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.enroll(course_id, key, cohort_id);

comment on function api.enroll(uuid, text, uuid) is
'Enrols the caller in the newest publication of a course. If no seat is free, they join the
waitlist; seats go in the order of arrival.

Args: course_id: the course; key: idempotency key; cohort_id: one of the course''s cohorts, null for
none. Being enrolled already is not an error.
Returns: {status: active or completed, enrollment_id, course_id, cohort_id, version_id, source,
expires_at}, or {status: waiting, course_id, cohort_id, position}.
Raises: PT400 idempotency.key_required, PT409 idempotency.key_reused, PT403 user.not_active, PT404
course.not_found, PT409 course.archived, PT403 access.denied, PT404 cohort.not_found, PT409
cohort.closed, PT409 prerequisite.unmet, PT409 enrollment.exists.
Caller: anyone with a login, for themselves.';

revoke all on function api.enroll(uuid, text, uuid) from public;
grant execute on function api.enroll(uuid, text, uuid) to authenticated, staff;
