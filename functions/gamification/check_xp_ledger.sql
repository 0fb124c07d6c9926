create or replace function gamification.check_xp_ledger(p_limit integer default 100)
returns table (user_id uuid, problem text, found text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set work_mem = '256MB'
as $$
begin
    return query
    with openings as (
        select
            e.user_id,
            max(e.seq) as seq
        from gamification.xp_events as e
        where e.source_type = 'system' and e.action_type = 'opening_balance'
        group by e.user_id
    ),

    -- Months that an opening balance sums up may still be attached.
    events as (
        select
            e.user_id,
            e.seq,
            e.xp_delta,
            e.xp_before,
            e.xp_after,
            lag(e.xp_after, 1, 0::bigint) over chain as expected_before,
            lag(e.seq, 1, coalesce(o.seq, 1) - 1) over chain as previous_seq
        from gamification.xp_events as e
        left join openings as o on e.user_id = o.user_id
        where
            o.seq is null
            or e.seq > o.seq
            or (e.seq = o.seq and e.source_type = 'system' and e.action_type = 'opening_balance')
        window chain as (partition by e.user_id order by e.seq)
    ),

    people as (
        select
            v.user_id,
            sum(v.xp_delta) as total_xp,
            max(v.seq) as last_seq,
            min(v.seq) filter (where v.xp_before <> v.expected_before) as broken_at,
            min(v.seq) filter (where v.seq <> v.previous_seq + 1) as gap_at
        from events as v
        group by v.user_id
    ),

    keys as (
        select
            coalesce(k.user_id, e.user_id) as user_id,
            k.key,
            e.seq
        from gamification.xp_idempotency_keys as k
        full join (
            select
                x.user_id,
                x.created_at,
                x.id,
                x.seq
            from gamification.xp_events as x
            where x.source_type <> 'system' or x.action_type <> 'opening_balance'
        ) as e on k.user_id = e.user_id and k.event_created_at = e.created_at and k.event_id = e.id
        where k.event_id is null or e.id is null
    )

    select p.user_id, 'xp_before is not the xp_after of the event before', 'seq ' || p.broken_at
    from people as p
    where p.broken_at is not null
    union all
    select p.user_id, 'seq does not follow the event before', 'seq ' || p.gap_at
    from people as p
    where p.gap_at is not null
    union all
    select
        coalesce(p.user_id, u.user_id),
        'the account differs from its events',
        format(
            'total %s, seq %s; events: %s, %s', u.total_xp, u.last_seq, p.total_xp, p.last_seq
        )
    from people as p
    full join gamification.user_xp as u on p.user_id = u.user_id
    where
        coalesce(p.total_xp, 0) is distinct from u.total_xp
        or coalesce(p.last_seq, 0) is distinct from u.last_seq
    union all
    select k.user_id, 'a key without its event', k.key
    from keys as k
    left join openings as o on k.user_id = o.user_id
    where k.seq is null and o.user_id is null
    union all
    select k.user_id, 'an event without a key', 'seq ' || k.seq
    from keys as k
    where k.seq is not null
    limit p_limit;
end;
$$;

comment on function gamification.check_xp_ledger(integer) is
'Checks the ledger: for each person the events have no gap in seq, each begins with the total that
the one before it left, their sum is the account''s total, and each key belongs to one event.

Definer, because nobody may read everyone''s keys.

Args: p_limit: most problems to return.
Returns: a row for each problem, no rows if all is well.
Caller: service. It reads the whole journal: some seconds for a million events.';

revoke all on function gamification.check_xp_ledger(integer) from public;
grant execute on function gamification.check_xp_ledger(integer) to service_role;
