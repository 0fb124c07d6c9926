create or replace function api.save_answers(attempt_id uuid, answers jsonb) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return learn.save_answers(attempt_id, answers);

comment on function api.save_answers(uuid, jsonb) is
'Saves answers of an open attempt, so that they count even if it is never handed in.

Args: attempt_id: the caller''s attempt; answers: {item id: answer}, those that changed.
single_choice: an option''s id; multiple_select: a list of them; true_false: true or false;
short_answer, long_answer and code: a text; fill_blank: a list of texts; null: none.
Returns: the time of saving.
Raises: PT404 attempt.not_found, PT403 user.not_active, PT409 enrollment.required, PT409
cohort.not_started, PT403 access.denied, PT400 attempt.answers_invalid, PT409 attempt.closed.
Caller: anyone with a login, for themselves.';

revoke all on function api.save_answers(uuid, jsonb) from public;
grant execute on function api.save_answers(uuid, jsonb) to authenticated, staff;
