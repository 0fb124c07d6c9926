create or replace function gamification.refresh_levels(p_limit integer default 10000)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_changed integer;
begin
    with levels as (
        select
            d.level,
            d.min_xp,
            lead(d.min_xp) over (order by d.min_xp) as next_level_at
        from gamification.level_definitions as d
    ),

    misplaced as (
        select u.user_id
        from gamification.user_xp as u
        inner join levels as l
            on u.total_xp >= l.min_xp and (l.next_level_at is null or u.total_xp < l.next_level_at)
        where
            (u.current_level, u.current_xp_in_level, u.next_level_at)
            is distinct from (l.level, u.total_xp - l.min_xp, l.next_level_at)
        order by u.user_id
        limit p_limit
        for no key update of u
    )

    -- Uses the row as it is now, not as it was read.
    update gamification.user_xp as u
    set (current_level, current_xp_in_level, next_level_at) = (
        select i.level, i.xp_in_level, i.next_level_at
        from gamification.compute_level_info(u.total_xp) as i
    )
    from misplaced as m
    where u.user_id = m.user_id;
    get diagnostics v_changed = row_count;
    return v_changed;
end;
$$;

comment on function gamification.refresh_levels(integer) is
'Moves people to the levels as they are defined now.

Definer, because nobody writes accounts directly.

Args: p_limit: most people to move in one call.
Returns: how many moved; if that is the limit, call again.
Caller: service; a job after every change of the levels.';

revoke all on function gamification.refresh_levels(integer) from public;
grant execute on function gamification.refresh_levels(integer) to service_role;
