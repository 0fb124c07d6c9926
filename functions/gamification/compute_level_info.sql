create or replace function gamification.compute_level_info(
    p_total_xp bigint,
    out level integer,
    out title text,
    out min_xp bigint,
    out xp_in_level bigint,
    out next_level_at bigint,
    out xp_to_next bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    select d.level, d.title, d.min_xp into level, title, min_xp
    from gamification.level_definitions as d
    where d.min_xp <= p_total_xp
    order by d.min_xp desc
    limit 1;
    if not found then
        level := 1;
        min_xp := 0;
    end if;
    select d.min_xp into next_level_at
    from gamification.level_definitions as d
    where d.min_xp > p_total_xp
    order by d.min_xp
    limit 1;
    xp_in_level := p_total_xp - min_xp;
    xp_to_next := next_level_at - p_total_xp;
end;
$$;

comment on function gamification.compute_level_info(bigint) is
'The level that a total of XP reaches.

Args: p_total_xp: 0 or more.
Returns: the level, its title, the XP it begins at and the XP gathered in it; the XP at which the
next one begins and the XP still missing, both null at the top.
Caller: anyone.';

revoke all on function gamification.compute_level_info(bigint) from public;
grant execute on function gamification.compute_level_info(bigint)
to anon, authenticated, staff, service_role;
