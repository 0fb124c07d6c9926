create or replace function api.compute_level_info(
    total_xp bigint,
    out level integer,
    out title text,
    out min_xp bigint,
    out xp_in_level bigint,
    out next_level_at bigint,
    out xp_to_next bigint
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.level,
        x.title,
        x.min_xp,
        x.xp_in_level,
        x.next_level_at,
        x.xp_to_next
    from gamification.compute_level_info(total_xp) as x;
end;

comment on function api.compute_level_info(bigint) is
'The level that a total of XP reaches.

Args: total_xp: 0 or more.
Returns: the level, its title, the XP it begins at and the XP gathered in it; the XP at which the
next one begins and the XP still missing, both null at the top.
Caller: anyone.';

revoke all on function api.compute_level_info(bigint) from public;
grant execute on function api.compute_level_info(bigint)
to anon, authenticated, staff, service_role;
