create or replace function gamification.leaderboard(
    p_season_key text,
    p_limit integer default 20,
    p_around_user_id uuid default null
) returns table (
    rank bigint,
    score bigint,
    user_id uuid,
    username text,
    display_name text,
    avatar_url text,
    is_me boolean
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_season_id uuid;
    v_score bigint;
begin
    if (p_limit between 1 and 100) is not true then
        raise sqlstate 'PT400' using
            message = format('a page cannot have %L rows', p_limit),
            detail = 'leaderboard.page_invalid',
            hint = 'Send a page_size from 1 to 100.';
    end if;
    select s.id into v_season_id
    from gamification.seasons as s
    where s.key = p_season_key and s.starts_at <= now();
    if not found then
        raise sqlstate 'PT404' using
            message = format('no season has the key %L', p_season_key),
            detail = 'season.not_found',
            hint = 'Send a key from the view seasons.';
    end if;
    if p_around_user_id is not null then
        select s.score into v_score
        from gamification.season_scores as s
        where
            s.season_id = v_season_id
            and s.user_id = p_around_user_id
            and gamification.is_visible_player(p_around_user_id);
        if not found then
            raise sqlstate 'PT404' using
                message = 'this player is not in this season, or not listed',
                detail = 'leaderboard.player_not_found',
                hint = 'Send the id of a listed player or of the caller, or none for the top.';
        end if;
    end if;

    return query
    with page as materialized (
        select *
        from gamification.leaderboard_page(v_season_id, p_limit, p_around_user_id, v_score)
    ),

    first as materialized (
        select gamification.players_above(v_season_id, max(g.score)) as above
        from page as g
    ),

    -- A page leaves out no player between its scores, so one count from above is enough.
    ranks as (
        select
            d.score,
            f.above + 1 + coalesce(
                sum(c.players) over (
                    order by d.score desc rows between unbounded preceding and 1 preceding
                ),
                0
            ) as rank
        from (select distinct g.score from page as g) as d
        cross join first as f
        inner join gamification.season_score_counts as c
            on c.season_id = v_season_id and c.width = 0 and d.score = c.bucket
    )

    select
        r.rank::bigint,
        g.score,
        p.id,
        p.username,
        p.display_name,
        p.avatar_url,
        g.user_id is not distinct from auth.uid()
    from page as g
    inner join ranks as r on g.score = r.score
    left join public.profiles as p
        on g.user_id = p.id and gamification.is_visible_player(g.user_id)
    order by g.score desc, g.user_id desc;
end;
$$;

comment on function gamification.leaderboard(text, integer, uuid) is
'A page of a season''s ranking: its top, or the rows around one player. Its cost does not depend on
the number of players.

Definer, because ranks count everybody, including people who are not listed; of those it returns
only rank and score.

Args: p_season_key: the season; p_limit: rows, 1 to 100; p_around_user_id: a player to put in the
middle, who must be listed or be the caller; null for the top.
Returns: rows from the highest score down; equal scores share a rank. Players who are not listed
have no id. Scores are as of the last fold, at most some minutes ago.
Raises: PT400 leaderboard.page_invalid, PT404 season.not_found, PT404 leaderboard.player_not_found.
Caller: any user; service.';

revoke all on function gamification.leaderboard(text, integer, uuid) from public;
grant execute on function gamification.leaderboard(text, integer, uuid)
to authenticated, staff, service_role;
