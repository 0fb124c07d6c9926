create or replace function api.submit_attempt(
    attempt_id uuid,
    answers jsonb default '{}'
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return learn.submit_attempt(attempt_id, answers);

comment on function api.submit_attempt(uuid, jsonb) is
'Hands in an attempt. Items that no person must grade are graded at once. A pass earns XP and, if
nothing else is missing, completes the course. Answers sent after the deadline are ignored: the
saved ones count.

The attempt is the key: handing it in again with the same answers changes nothing.

Args: attempt_id: the caller''s attempt; answers: as save_answers() takes them, those that were not
saved yet.
Returns: {attempt_id, status: graded, or submitted where a person grades, submitted_at, was_late,
result: {score, max_score, is_passed}, or null while it is not shown}.
Raises: PT404 attempt.not_found, PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT403 access.denied, PT400 attempt.answers_invalid, PT409 attempt.closed.
Caller: anyone with a login, for themselves.';

revoke all on function api.submit_attempt(uuid, jsonb) from public;
grant execute on function api.submit_attempt(uuid, jsonb) to authenticated, staff;
