create or replace function gamification.players_above(p_season_id uuid, p_score bigint)
returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(sum(c.players), 0)::bigint
        from (values (0), (6), (12), (18), (24), (30)) as w (width)
        cross join lateral (
            select c.players
            from gamification.season_score_counts as c
            where
                c.season_id = p_season_id
                and c.width = w.width
                and c.bucket > p_score >> w.width
                -- Up to the end of the next wider bucket, which is counted there.
                and (w.width = 30 or c.bucket <= (p_score >> w.width) | 63)
        ) as c
    );
end;
$$;

comment on function gamification.players_above(uuid, bigint) is
'How many players have more than a score, from at most 63 rows of each of the six widths.

Args: p_season_id: the season; p_score: the score.
Returns: a number of players.
Caller: gamification.leaderboard().';

revoke all on function gamification.players_above(uuid, bigint) from public;
