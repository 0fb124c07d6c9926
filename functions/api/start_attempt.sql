create or replace function api.start_attempt(assessment_id uuid) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.start_attempt(assessment_id);

comment on function api.start_attempt(uuid) is
'Begins an attempt at an assessment, or goes on with the one that is open. The time runs by the
server''s clock from the first call.

One open attempt a person and assessment is the key: called again, this returns the same one.

Args: assessment_id: the assessment.
Returns: {attempt_id, attempt_no, started_at, deadline_at or null, server_time, items: [{id, type,
prompt, options, points, penalty, has_partial_credit}], answers: what was saved}.
Raises: PT404 assessment.not_found, PT409 enrollment.required, PT403 access.denied, PT409
assessment.not_open, PT409 assessment.attempts_used.
Caller: anyone with a login, for themselves.';

revoke all on function api.start_attempt(uuid) from public;
grant execute on function api.start_attempt(uuid) to authenticated, staff;
