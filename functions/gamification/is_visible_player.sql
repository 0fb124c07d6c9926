create or replace function gamification.is_visible_player(p_user_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_user_id = auth.uid() or util.is_service() or exists (
        select from public.profiles as p where p.id = p_user_id and p.is_listed
    );
end;
$$;

comment on function gamification.is_visible_player(uuid) is
'Whether the caller may see the identity of a player.

Args: p_user_id: the player.
Returns: true for listed people, for the caller, and for back ends.
Caller: gamification.leaderboard().';

revoke all on function gamification.is_visible_player(uuid) from public;
