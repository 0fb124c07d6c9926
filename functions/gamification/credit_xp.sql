-- A few short statements, because each costs less than the same as part of a long one; what is rare
-- stands in functions of its own. Locks are taken in this order: key, account, source.
create or replace function gamification.credit_xp(
    p_user_id uuid,
    p_source_type text,
    p_action_type text,
    p_idempotency_key text,
    p_reference jsonb default '{}',
    out event_id uuid,
    out xp_delta bigint,
    out xp_before bigint,
    out xp_after bigint,
    out level_before integer,
    out level_after integer,
    out replayed boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today date := (now() at time zone 'UTC')::date;
    v_source gamification.xp_sources;
    v_seq bigint;
begin
    if (
        p_user_id is not null
        and jsonb_typeof(p_reference) = 'object'
        and length(p_idempotency_key) between 1 and 200
    ) is not true then
        perform gamification.refuse_xp_request(p_user_id, p_idempotency_key);
    end if;

    event_id := gen_random_uuid();
    insert into gamification.xp_idempotency_keys (user_id, key, event_id)
    values (p_user_id, p_idempotency_key, event_id)
    on conflict (user_id, key) do nothing;
    replayed := not found;
    if replayed then
        select e.id, e.xp_delta, e.xp_before, e.xp_after, e.level_before, e.level_after
        into event_id, xp_delta, xp_before, xp_after, level_before, level_after
        from gamification.repeated_xp_event(
            p_user_id, p_idempotency_key, p_source_type, p_action_type, p_reference
        ) as e;
        return;
    end if;

    select * into v_source
    from gamification.xp_sources as s
    where
        s.source_type = p_source_type
        and s.action_type = p_action_type
        and s.valid_from <= now()
        and (s.valid_to is null or s.valid_to > now());
    if not found then
        raise sqlstate 'PT404' using
            message = 'nothing of that name earns XP now',
            detail = 'xp.source_unknown',
            hint = 'Sources are the rows of xp_sources; each version has its time.';
    end if;
    xp_delta := v_source.xp_value;

    -- Misses where there is no account yet, and where the level changes.
    update gamification.user_xp as u
    set
        total_xp = u.total_xp + xp_delta,
        current_xp_in_level = u.current_xp_in_level + xp_delta,
        last_seq = u.last_seq + 1,
        last_event_at = greatest(u.last_event_at, now())
    where
        u.user_id = p_user_id
        and (u.next_level_at is null or u.total_xp + xp_delta < u.next_level_at)
    returning u.total_xp, u.last_seq, u.current_level, u.current_level
    into xp_after, v_seq, level_before, level_after;
    if not found then
        select m.xp_after, m.seq, m.level_before, m.level_after
        into xp_after, v_seq, level_before, level_after
        from gamification.move_xp(p_user_id, xp_delta) as m;
    end if;
    xp_before := xp_after - xp_delta;

    loop
        update gamification.user_xp_sources as us
        set
            credits = us.credits + 1,
            last_credited_at = greatest(us.last_credited_at, now()),
            credited_on = greatest(us.credited_on, v_today),
            xp_on_day = xp_delta + case when us.credited_on >= v_today then us.xp_on_day else 0 end
        where
            us.user_id = p_user_id
            and us.source_type = p_source_type
            and us.action_type = p_action_type
            and (
                v_source.cooldown_sec = 0
                or us.last_credited_at <= now() - make_interval(secs => v_source.cooldown_sec)
            )
            and (
                v_source.daily_cap is null
                or us.credited_on < v_today
                or us.xp_on_day + xp_delta <= v_source.daily_cap
            );
        exit when found;
        perform gamification.open_xp_source(p_user_id, v_source);
    end loop;

    if to_regclass(
        'gamification.xp_events_' || to_char(now() at time zone 'UTC', 'YYYYMM')
    ) is null then
        perform util.ensure_partition('gamification.xp_events', v_today);
    end if;
    insert into gamification.xp_events (
        user_id, id, seq, source_type, action_type, source_version, xp_delta, xp_before, xp_after,
        level_before, level_after, reference
    ) values (
        p_user_id, event_id, v_seq, p_source_type, p_action_type, v_source.version, xp_delta,
        xp_before, xp_after, level_before, level_after, p_reference
    );
end;
$$;

comment on function gamification.credit_xp(uuid, text, text, text, jsonb) is
'Credits what a source is worth to a person, once for each key, whatever the month.

Definer, because nobody writes the ledger directly.

Args: p_user_id: to whom; p_source_type, p_action_type: names of an xp_source, whose version valid
now counts; p_idempotency_key: 1 to 200 characters, new for each new credit and the same when it is
repeated; p_reference: what it is for, an object of at most 4,096 characters.
Returns: the event''s id, the XP credited, the total and the level before and after, and whether
this is the stored answer of an earlier call (replayed).
Raises: PT400 xp.request_invalid, PT404 xp.source_unknown, PT404 user.not_found, PT409
idempotency.key_reused, PT410 xp.event_archived, PT409 xp.cooldown_active, PT409
xp.daily_cap_reached. A credit that would pass the daily cap is refused whole.
Caller: service, and functions of this package for a learner; never the learner.';

revoke all on function gamification.credit_xp(uuid, text, text, text, jsonb) from public;
grant execute on function gamification.credit_xp(uuid, text, text, text, jsonb) to service_role;
