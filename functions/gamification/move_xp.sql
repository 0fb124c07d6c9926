create or replace function gamification.move_xp(
    p_user_id uuid,
    p_delta bigint,
    p_source gamification.xp_sources default null,
    out xp_after bigint,
    out seq bigint,
    out level_before integer,
    out level_after integer
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account gamification.user_xp;
    v_slot integer := p_source.slot;
    v_day timestamptz := date_trunc('day', now(), 'UTC');
    v_level record;
begin
    loop
        select * into v_account
        from gamification.user_xp as u
        where u.user_id = p_user_id
        for no key update;
        exit when found;
        perform gamification.open_xp_account(p_user_id);
    end loop;
    xp_after := v_account.total_xp + p_delta;
    seq := v_account.last_seq + 1;
    level_before := v_account.current_level;
    if xp_after < 0 then
        raise sqlstate 'PT409' using
            message = 'the person does not have that much XP',
            detail = 'xp.balance_negative',
            hint = 'Take back no more XP than the person has.';
    end if;
    if v_slot is not null then
        perform gamification.assert_creditable(v_account, p_source);
        v_account.credits[v_slot] := coalesce(v_account.credits[v_slot], 0) + 1;
        v_account.xp_on_day[v_slot] := p_delta + case
            when v_account.credited_at[v_slot] >= v_day then v_account.xp_on_day[v_slot]
            else 0
        end;
        v_account.credited_at[v_slot] := greatest(v_account.credited_at[v_slot], now());
    end if;

    v_level := gamification.compute_level_info(xp_after);
    level_after := v_level.level;
    update gamification.user_xp as u
    set
        total_xp = xp_after,
        current_level = level_after,
        current_xp_in_level = v_level.xp_in_level,
        next_level_at = v_level.next_level_at,
        last_seq = seq,
        last_event_at = greatest(u.last_event_at, now()),
        credits = v_account.credits,
        credited_at = v_account.credited_at,
        xp_on_day = v_account.xp_on_day
    where u.user_id = p_user_id;
    -- If the account has an event of this month, the month's partition exists.
    if (v_account.last_event_at >= date_trunc('month', now(), 'UTC')) is not true then
        perform util.ensure_partition('gamification.xp_events', (now() at time zone 'UTC')::date);
    end if;
end;
$$;

comment on function gamification.move_xp(uuid, bigint, gamification.xp_sources) is
'Changes a person''s total and level, and numbers the event that the caller writes for it. Opens the
account and makes the journal''s month if they are missing.

Args: p_user_id: the person; p_delta: XP to add, or take; p_source: the source to credit, null for
rewards and reversals, which have no cooldown or cap.
Returns: the total afterwards, the event''s seq, the level before and after.
Raises: PT404 user.not_found, PT409 xp.balance_negative, PT409 xp.cooldown_active, PT409
xp.daily_cap_reached.
Caller: functions of the ledger.';

revoke all on function gamification.move_xp(uuid, bigint, gamification.xp_sources) from public;
