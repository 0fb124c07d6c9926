create or replace function api.grade_attempt(
    attempt_id uuid,
    version integer,
    item_points jsonb,
    item_feedback jsonb default '{}',
    feedback text default null
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.grade_attempt(attempt_id, version, item_points, item_feedback, feedback);

comment on function api.grade_attempt(uuid, integer, jsonb, jsonb, text) is
'Grades items of an attempt, or regrades them. Once every item has points the attempt is graded and
a pass takes effect; XP, certificates and completed courses are not taken back.

Args: attempt_id: the attempt; version: the result''s version that the grader saw; item_points:
{item id: points}, from the item''s penalty below 0 to its points; item_feedback: {item id: text};
feedback: for the whole attempt, null leaves it as it is.
Returns: {attempt_id, status: submitted or graded, version, score, max_score, is_passed}.
Raises: PT404 grade.not_found, PT403 grade.own_work, PT404 attempt.not_found, PT409 attempt.open,
PT400 grade.points_invalid, PT409 grade.conflict.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course, for
others; service.';

revoke all on function api.grade_attempt(uuid, integer, jsonb, jsonb, text) from public;
grant execute on function api.grade_attempt(uuid, integer, jsonb, jsonb, text)
to staff, service_role;
