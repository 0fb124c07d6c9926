create or replace function gamification.fold_season(p_season_id uuid, p_limit integer)
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_season gamification.seasons;
    v_gone bigint[];
    v_come bigint[];
begin
    -- One at a time: a run that waited sees what the other folded.
    perform pg_advisory_xact_lock(hashtextextended('gamification.fold_season', 0));
    select * into strict v_season from gamification.seasons as s where s.id = p_season_id;
    if v_season.closed_at is not null then
        return 0;
    end if;

    with changed as materialized (
        select
            u.user_id,
            u.last_seq,
            u.last_event_at,
            s.score as old_score,
            coalesce(s.folded_seq, 0) as folded_seq,
            -- A transaction begins before its event is numbered, so the last day is read again.
            greatest(v_season.starts_at, s.folded_at - interval '1 day') as read_from
        from gamification.user_xp as u
        left join gamification.season_scores as s
            on u.user_id = s.user_id and s.season_id = p_season_id
        where u.last_event_at >= v_season.starts_at and u.last_seq > coalesce(s.folded_seq, 0)
        limit p_limit
    ),

    moves as materialized (
        select
            c.*,
            coalesce(c.old_score, 0) + coalesce(late.xp, recent.xp, 0) as new_score
        from changed as c
        cross join lateral (
            select
                sum(e.xp_delta) filter (
                    where v_season.ends_at is null or e.created_at < v_season.ends_at
                )::bigint as xp,
                count(*) as events
            from gamification.xp_events as e
            where
                e.user_id = c.user_id
                and e.created_at >= c.read_from
                and e.seq between c.folded_seq + 1 and c.last_seq
                and (e.source_type, e.action_type) <> ('system', 'opening_balance')
        ) as recent
        -- seq has no gaps, so a missing event shows: then the whole season is read.
        left join lateral (
            select
                sum(e.xp_delta) filter (
                    where v_season.ends_at is null or e.created_at < v_season.ends_at
                )::bigint as xp
            from gamification.xp_events as e
            where
                e.user_id = c.user_id
                and e.created_at >= v_season.starts_at
                and e.seq between c.folded_seq + 1 and c.last_seq
                and (e.source_type, e.action_type) <> ('system', 'opening_balance')
        ) as late on c.old_score is not null and recent.events < c.last_seq - c.folded_seq
        where c.old_score is not null or recent.xp is not null
    ),

    scored as (
        insert into gamification.season_scores as s (
            season_id, user_id, score, folded_seq, folded_at
        )
        select p_season_id, m.user_id, m.new_score, m.last_seq, m.last_event_at
        from moves as m
        on conflict on constraint pk_season_scores do update
        set
            score = excluded.score,
            folded_seq = excluded.folded_seq,
            folded_at = excluded.folded_at
    )

    select array_agg(m.old_score) filter (where m.old_score is not null), array_agg(m.new_score)
    into v_gone, v_come
    from moves as m;
    perform gamification.recount_season(p_season_id, v_gone, v_come);
    return coalesce(cardinality(v_come), 0);
end;
$$;

comment on function gamification.fold_season(uuid, integer) is
'Brings one season''s scores up to date with the journal.

Args: p_season_id: the season; p_limit: most people to look at, null for all.
Returns: how many scores were written.
Caller: gamification.fold_season_scores() and close_season().';

revoke all on function gamification.fold_season(uuid, integer) from public;
