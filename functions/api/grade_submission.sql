create or replace function api.grade_submission(
    submission_id uuid,
    version integer,
    points numeric,
    feedback text default null
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.grade_submission(submission_id, version, points, feedback);

comment on function api.grade_submission(uuid, integer, numeric, text) is
'Grades a submission, or regrades it. The late policy of the time of handing in applies; XP,
certificates and completed courses are not taken back.

Args: submission_id: the submission; version: its version that the grader saw; points: before the
late policy; feedback: null leaves it as it is.
Returns: {submission_id, version, raw_points, points, is_passed}.
Raises: PT404 grade.not_found, PT403 grade.own_work, PT404 submission.not_found, PT400
grade.points_invalid, PT409 grade.conflict.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course, for
others; service.';

revoke all on function api.grade_submission(uuid, integer, numeric, text) from public;
grant execute on function api.grade_submission(uuid, integer, numeric, text) to staff, service_role;
