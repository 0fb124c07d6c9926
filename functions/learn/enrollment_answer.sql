create or replace function learn.enrollment_answer(p_enrollment learn.enrollments) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
return jsonb_build_object(
    'status', (p_enrollment).status,
    'enrollment_id', (p_enrollment).id,
    'course_id', (p_enrollment).course_id,
    'cohort_id', (p_enrollment).cohort_id,
    'version_id', (p_enrollment).version_id,
    'source', (p_enrollment).source,
    'expires_at', (p_enrollment).expires_at
);

comment on function learn.enrollment_answer(learn.enrollments) is
'An enrolment, in the form in which functions return it.

Args: p_enrollment: the row.
Returns: {status, enrollment_id, course_id, cohort_id, version_id, source, expires_at}.
Caller: functions of this package.';

revoke all on function learn.enrollment_answer(learn.enrollments) from public;
