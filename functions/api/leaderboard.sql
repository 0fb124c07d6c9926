create or replace function api.leaderboard(
    season_key text,
    page_size integer default 20,
    around_user_id uuid default null
) returns table (
    rank bigint,
    score bigint,
    user_id uuid,
    username text,
    display_name text,
    avatar_url text,
    is_me boolean
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.rank,
        x.score,
        x.user_id,
        x.username,
        x.display_name,
        x.avatar_url,
        x.is_me
    from gamification.leaderboard(season_key, page_size, around_user_id) as x;
end;

comment on function api.leaderboard(text, integer, uuid) is
'A page of a season''s ranking: its top, or the rows around one player. Its cost does not depend on
the number of players.

Args: season_key: the season; page_size: rows, 1 to 100; around_user_id: a player to put in the
middle, who must be listed or be the caller; null for the top.
Returns: rows from the highest score down; equal scores share a rank. Players who are not listed
have no id. Scores are as of the last fold, at most some minutes ago.
Raises: PT400 leaderboard.page_invalid, PT404 season.not_found, PT404 leaderboard.player_not_found.
Caller: any user; service.';

revoke all on function api.leaderboard(text, integer, uuid) from public;
grant execute on function api.leaderboard(text, integer, uuid)
to authenticated, staff, service_role;
