-- Short statements, because each costs less than as part of a long one. The account's row holds all
-- that a credit needs; gamification.move_xp() handles the rare cases. Locks are taken in this
-- order: the key, then the account.
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
    v_source gamification.xp_sources;
    v_version integer;
    v_seq bigint;
begin
    event_id := gen_random_uuid();
    insert into gamification.xp_idempotency_keys (user_id, key, event_id)
    select p_user_id, p_idempotency_key, event_id
    where
        p_user_id is not null
        and length(p_idempotency_key) between 1 and 200
        and jsonb_typeof(p_reference) = 'object'
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

    -- Finds no row for the first credit, the first of a month, a new level, or a credit to refuse.
    update gamification.user_xp as u
    set
        total_xp = u.total_xp + s.xp_value,
        current_xp_in_level = u.current_xp_in_level + s.xp_value,
        last_seq = u.last_seq + 1,
        last_event_at = greatest(u.last_event_at, now()),
        credits[s.slot] = coalesce(u.credits[s.slot], 0) + 1,
        credited_at[s.slot] = greatest(u.credited_at[s.slot], now()),
        xp_on_day[s.slot] = s.xp_value + case
            when u.credited_at[s.slot] >= date_trunc('day', now(), 'UTC') then u.xp_on_day[s.slot]
            else 0
        end
    from gamification.xp_sources as s
    where
        u.user_id = p_user_id
        and s.source_type = p_source_type
        and s.action_type = p_action_type
        and s.valid_from <= now()
        and (s.valid_to is null or s.valid_to > now())
        and u.last_event_at >= date_trunc('month', now(), 'UTC')
        and (u.next_level_at is null or u.total_xp + s.xp_value < u.next_level_at)
        and (
            s.cooldown_sec = 0
            or u.credited_at[s.slot] is null
            or u.credited_at[s.slot] <= now() - make_interval(secs => s.cooldown_sec)
        )
        and (
            s.daily_cap is null
            or u.credited_at[s.slot] is null
            or u.credited_at[s.slot] < date_trunc('day', now(), 'UTC')
            or u.xp_on_day[s.slot] + s.xp_value <= s.daily_cap
        )
    returning
        s.version, s.xp_value, u.total_xp - s.xp_value, u.total_xp, u.last_seq, u.current_level,
        u.current_level
    into v_version, xp_delta, xp_before, xp_after, v_seq, level_before, level_after;
    if not found then
        v_source := gamification.xp_source_now(p_source_type, p_action_type);
        v_version := v_source.version;
        xp_delta := v_source.xp_value;
        select m.xp_after - xp_delta, m.xp_after, m.seq, m.level_before, m.level_after
        into xp_before, xp_after, v_seq, level_before, level_after
        from gamification.move_xp(p_user_id, xp_delta, v_source) as m;
    end if;

    insert into gamification.xp_events (
        user_id, id, seq, source_type, action_type, source_version, xp_delta, xp_before, xp_after,
        level_before, level_after, reference
    ) values (
        p_user_id, event_id, v_seq, p_source_type, p_action_type, v_version, xp_delta, xp_before,
        xp_after, level_before, level_after, p_reference
    );
end;
$$;

comment on function gamification.credit_xp(uuid, text, text, text, jsonb) is
'Credits a person with the XP of a source, once for each key, even across months.

Definer, because nobody writes the ledger directly.

Args: p_user_id: the person; p_source_type, p_action_type: names of an xp_source, of which the
version valid now counts; p_idempotency_key: 1 to 200 characters, new for each credit and sent again
when the request is repeated; p_reference: the occasion, an object of at most 4,096 characters.
Returns: the event''s id, the XP credited, the total and the level before and after, and whether
this is the stored answer of an earlier call (replayed).
Raises: PT400 xp.request_invalid, PT404 xp.source_unknown, PT404 user.not_found, PT409
idempotency.key_reused, PT410 xp.event_archived, PT409 xp.cooldown_active, PT409
xp.daily_cap_reached. A credit that would exceed the daily cap is refused as a whole.
Caller: service, and functions of this package for a learner; never the learner.';

revoke all on function gamification.credit_xp(uuid, text, text, text, jsonb) from public;
grant execute on function gamification.credit_xp(uuid, text, text, text, jsonb) to service_role;
