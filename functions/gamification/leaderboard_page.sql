create or replace function gamification.leaderboard_page(
    p_season_id uuid,
    p_limit integer,
    p_around_user_id uuid,
    p_around_score bigint
) returns table (user_id uuid, score bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_around_user_id is null then
        return query
        select s.user_id, s.score
        from gamification.season_scores as s
        where s.season_id = p_season_id
        order by s.score desc, s.user_id desc
        limit p_limit;
        return;
    end if;
    return query
    (
        select s.user_id, s.score
        from gamification.season_scores as s
        where s.season_id = p_season_id and (s.score, s.user_id) > (p_around_score, p_around_user_id)
        order by s.score, s.user_id
        limit (p_limit - 1) / 2
    )
    union all
    (
        select s.user_id, s.score
        from gamification.season_scores as s
        where s.season_id = p_season_id and (s.score, s.user_id) <= (p_around_score, p_around_user_id)
        order by s.score desc, s.user_id desc
        limit p_limit - (p_limit - 1) / 2
    );
end;
$$;

comment on function gamification.leaderboard_page(uuid, integer, uuid, bigint) is
'The players on a page of a ranking, read from the index alone.

Args: p_season_id: the season; p_limit: rows; p_around_user_id, p_around_score: a player to put in
the middle and their score, or nulls for the top.
Returns: players and scores in no order.
Caller: gamification.leaderboard().';

revoke all on function gamification.leaderboard_page(uuid, integer, uuid, bigint) from public;
