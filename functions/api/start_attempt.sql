create or replace function api.start_attempt(assessment_id uuid) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.start_attempt(assessment_id);

comment on function api.start_attempt(uuid) is
'Begins an attempt at an assessment, or continues the open one. The time runs by the server''s clock
from the first call.

A person has one open attempt at an assessment: a repeated call returns the same one.

Args: assessment_id: the assessment.
Returns: {attempt_id, attempt_no, started_at, deadline_at or null, server_time, items: [{id, type,
prompt, options, points, penalty, has_partial_credit}], answers: the saved ones}.
Raises: PT404 assessment.not_found, PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT404 lesson.not_found, PT403 access.denied, PT409 prerequisite.unmet, PT409
assessment.not_open, PT409 assessment.attempts_used.
Caller: anyone with a login, for themselves.';

revoke all on function api.start_attempt(uuid) from public;
grant execute on function api.start_attempt(uuid) to authenticated, staff;
