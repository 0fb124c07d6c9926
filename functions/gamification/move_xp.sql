create or replace function gamification.move_xp(
    p_user_id uuid,
    p_delta bigint,
    out xp_after bigint,
    out seq bigint,
    out level_before integer,
    out level_after integer
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_total bigint;
    v_level record;
begin
    loop
        select u.total_xp + p_delta, u.last_seq + 1, u.current_level
        into v_total, seq, level_before
        from gamification.user_xp as u
        where u.user_id = p_user_id
        for no key update;
        exit when found;
        perform gamification.open_xp_account(p_user_id);
    end loop;
    if v_total < 0 then
        raise sqlstate 'PT409' using
            message = 'there is not that much XP', detail = 'xp.balance_negative';
    end if;

    v_level := gamification.compute_level_info(v_total);
    update gamification.user_xp as u
    set
        total_xp = v_total,
        current_level = v_level.level,
        current_xp_in_level = v_level.xp_in_level,
        next_level_at = v_level.next_level_at,
        last_seq = seq,
        last_event_at = greatest(u.last_event_at, now())
    where u.user_id = p_user_id;
    xp_after := v_total;
    level_after := v_level.level;
end;
$$;

comment on function gamification.move_xp(uuid, bigint) is
'Changes a person''s total and level, and numbers the event that the caller writes for it.

Args: p_user_id: the person, whose account is opened if need be; p_delta: XP to add, or take.
Returns: the total afterwards, the event''s seq, the level before and after.
Raises: PT404 user.not_found, PT409 xp.balance_negative.
Caller: functions of the ledger.';

revoke all on function gamification.move_xp(uuid, bigint) from public;
