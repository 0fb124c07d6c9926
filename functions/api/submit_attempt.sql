create or replace function api.submit_attempt(
    attempt_id uuid,
    answers jsonb default '{}'
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.submit_attempt(attempt_id, answers);

comment on function api.submit_attempt(uuid, jsonb) is
'Hands an attempt in. What can be graded is graded at once; with a pass come XP and, where nothing
else is missing, the course. After the deadline the answers sent are not taken: what was saved
before counts.

The attempt is the key: handed in again with the same answers, it stays as it is.

Args: attempt_id: the caller''s attempt; answers: as save_answers() takes them, those that were not
saved yet.
Returns: {attempt_id, status: graded, or submitted where a person grades, submitted_at, was_late,
result: {score, max_score, is_passed}, or null while it is not shown}.
Raises: PT404 attempt.not_found, PT400 attempt.answers_invalid, PT409 attempt.closed.
Caller: anyone with a login, for themselves.';

revoke all on function api.submit_attempt(uuid, jsonb) from public;
grant execute on function api.submit_attempt(uuid, jsonb) to authenticated, staff;
