create or replace function gamification.recount_season(
    p_season_id uuid,
    p_gone bigint[],
    p_come bigint[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    with moved as materialized (
        select
            w.width,
            m.score >> w.width as bucket,
            sum(m.players)::bigint as players
        from (
            select
                score,
                1 as players
            from unnest(p_come) as score
            union all
            select
                score,
                -1 as players
            from unnest(p_gone) as score
        ) as m
        cross join (values (0), (6), (12), (18), (24), (30)) as w (width)
        group by w.width, m.score >> w.width
        having sum(m.players) <> 0
    ),

    updated as (
        update gamification.season_score_counts as c
        set players = c.players + m.players
        from moved as m
        where c.season_id = p_season_id and c.width = m.width and c.bucket = m.bucket
        returning c.width, c.bucket
    )

    insert into gamification.season_score_counts (season_id, width, bucket, players)
    select p_season_id, m.width, m.bucket, m.players
    from moved as m
    where not exists (
        select from updated as u where u.width = m.width and u.bucket = m.bucket
    );
    delete from gamification.season_score_counts as c
    where c.season_id = p_season_id and c.players = 0;
end;
$$;

comment on function gamification.recount_season(uuid, bigint[], bigint[]) is
'Moves players from the buckets of their old scores to those of the new ones.

Args: p_season_id: the season; p_gone: scores that players had; p_come: scores they have now.
Returns: nothing.
Caller: gamification.fold_season().';

revoke all on function gamification.recount_season(uuid, bigint[], bigint[]) from public;
