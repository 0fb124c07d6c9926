create or replace function gamification.post_xp(
    p_user_id uuid,
    p_key text,
    p_source_type text,
    p_action_type text,
    p_delta bigint,
    p_reference jsonb,
    out event_id uuid,
    out xp_delta bigint,
    out xp_before bigint,
    out xp_after bigint,
    out level_before integer,
    out level_after integer,
    out replayed boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_seq bigint;
begin
    event_id := gen_random_uuid();
    insert into gamification.xp_idempotency_keys (user_id, key, event_id)
    values (p_user_id, p_key, event_id)
    on conflict (user_id, key) do nothing;
    replayed := not found;
    if replayed then
        select e.id, e.xp_delta, e.xp_before, e.xp_after, e.level_before, e.level_after
        into event_id, xp_delta, xp_before, xp_after, level_before, level_after
        from gamification.repeated_xp_event(
            p_user_id, p_key, p_source_type, p_action_type, p_reference
        ) as e;
        return;
    end if;

    xp_delta := p_delta;
    select m.xp_after - p_delta, m.xp_after, m.seq, m.level_before, m.level_after
    into xp_before, xp_after, v_seq, level_before, level_after
    from gamification.move_xp(p_user_id, p_delta) as m;
    insert into gamification.xp_events (
        user_id, id, seq, source_type, action_type, xp_delta, xp_before, xp_after, level_before,
        level_after, reference
    ) values (
        p_user_id, event_id, v_seq, p_source_type, p_action_type, xp_delta, xp_before, xp_after,
        level_before, level_after, p_reference
    );
end;
$$;

comment on function gamification.post_xp(uuid, text, text, text, bigint, jsonb) is
'Writes an event whose amount no source decides: a reward or a reversal.

Args: p_user_id: the person; p_key: makes it happen once; p_source_type, p_action_type: names for
the event; p_delta: XP to add, or take; p_reference: what it is for.
Returns: as gamification.credit_xp().
Raises: PT404 user.not_found, PT409 idempotency.key_reused, PT410 xp.event_archived, PT409
xp.balance_negative.
Caller: functions of this package.';

revoke all on function gamification.post_xp(uuid, text, text, text, bigint, jsonb) from public;
