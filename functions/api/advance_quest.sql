create or replace function api.advance_quest(
    user_id uuid,
    quest_key text,
    step_order integer,
    amount integer,
    key text
) returns jsonb
language sql
set search_path = pg_catalog, pg_temp
return gamification.advance_quest(user_id, quest_key, step_order, amount, key);

comment on function api.advance_quest(uuid, text, integer, integer, text) is
'Counts progress in a step of a quest. The last step completes the quest and credits its reward in
the same transaction, once for each period.

Args: user_id: the person; quest_key: the quest; step_order: the step; amount: how often it was done
now, of which only the part up to the target counts; key: idempotency key.
Returns: {quest, period_start, progress by step_order, completed_at or null}. A completed quest
stays as it is until its next period.
Raises: PT400 idempotency.key_required, PT409 idempotency.key_reused, PT400 quest.amount_invalid,
PT404 quest.not_found, PT404 quest.step_not_found, PT409 quest.step_locked, PT404 user.not_found.
Caller: service.';

revoke all on function api.advance_quest(uuid, text, integer, integer, text) from public;
grant execute on function api.advance_quest(uuid, text, integer, integer, text)
to service_role;
