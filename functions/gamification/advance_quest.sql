create or replace function gamification.advance_quest(
    p_user_id uuid,
    p_quest_key text,
    p_step_order integer,
    p_amount integer,
    p_key text
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_quest gamification.quests;
    v_row gamification.user_quests;
    v_answer jsonb;
    v_period date;
begin
    if p_user_id is null then
        perform gamification.refuse_xp_request(p_user_id, p_key);
    end if;
    v_answer := util.claim_idempotency_key(
        p_user_id,
        'gamification.advance_quest',
        p_key,
        jsonb_build_object('quest', p_quest_key, 'step', p_step_order, 'amount', p_amount)
    );
    if v_answer is not null then
        return v_answer;
    end if;
    if (p_amount between 1 and 1000000) is not true then
        raise sqlstate 'PT400' using
            message = format('the amount %L is invalid', p_amount),
            detail = 'quest.amount_invalid',
            hint = 'Send a whole number from 1 to 1,000,000.';
    end if;
    select * into v_quest
    from gamification.quests as q
    where
        q.key = p_quest_key
        and q.is_active
        and (q.starts_at is null or q.starts_at <= now())
        and (q.ends_at is null or q.ends_at > now());
    if not found then
        raise sqlstate 'PT404' using
            message = format('no quest with the key %L is open now', p_quest_key),
            detail = 'quest.not_found',
            hint = 'Send a key from the view quests whose time has begun and not ended.';
    end if;
    v_period := gamification.quest_period(p_user_id, v_quest.recurrence);

    insert into gamification.user_quests (user_id, quest_id, period_start)
    values (p_user_id, v_quest.id, v_period)
    on conflict on constraint pk_user_quests do nothing;
    select * into strict v_row
    from gamification.user_quests as uq
    where uq.user_id = p_user_id and uq.quest_id = v_quest.id and uq.period_start = v_period
    for update;
    if v_row.completed_at is null then
        v_row := gamification.advance_quest_row(v_row, v_quest, p_step_order, p_amount);
    end if;
    return util.store_idempotent_response(
        p_user_id,
        'gamification.advance_quest',
        p_key,
        jsonb_build_object(
            'quest', p_quest_key,
            'period_start', v_row.period_start,
            'progress', v_row.progress,
            'completed_at', v_row.completed_at
        )
    );
end;
$$;

comment on function gamification.advance_quest(uuid, text, integer, integer, text) is
'Counts progress in a step of a quest. The last step completes the quest and credits its reward in
the same transaction, once for each period.

Definer, because nobody writes progress or the ledger directly.

Args: p_user_id: the person; p_quest_key: the quest; p_step_order: the step; p_amount: how often it
was done now, of which only the part up to the target counts; p_key: idempotency key.
Returns: {quest, period_start, progress by step_order, completed_at or null}. A completed quest
stays as it is until its next period.
Raises: PT400 xp.request_invalid, PT400 idempotency.key_required, PT409 idempotency.key_reused, PT400 quest.amount_invalid,
PT404 quest.not_found, PT404 quest.step_not_found, PT409 quest.step_locked, PT404 user.not_found.
Caller: service, and functions of this package.';

revoke all on function gamification.advance_quest(uuid, text, integer, integer, text) from public;
grant execute on function gamification.advance_quest(uuid, text, integer, integer, text)
to service_role;
