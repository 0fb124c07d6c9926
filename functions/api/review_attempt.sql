create or replace function api.review_attempt(attempt_id uuid) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
return learn.review_attempt(attempt_id);

comment on function api.review_attempt(uuid) is
'The result of one of the caller''s attempts, once it is shown. Right answers are never shown.

Args: attempt_id: the attempt.
Returns: {attempt_id, attempt_no, submitted_at, was_late, score, max_score, is_passed, feedback}
and, where the assessment shows answers, items: as start_attempt() with answer, earned and
feedback.
Raises: PT404 attempt.not_found, PT409 attempt.result_hidden.
Caller: anyone with a login, for themselves.';

revoke all on function api.review_attempt(uuid) from public;
grant execute on function api.review_attempt(uuid) to authenticated, staff;
