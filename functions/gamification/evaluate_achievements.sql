create or replace function gamification.evaluate_achievements(p_user_id uuid) returns setof text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_metrics jsonb;
    v_key text;
    v_is_new boolean;
    v_found boolean := true;
begin
    -- A reward may let the person meet the conditions of another achievement.
    while v_found loop
        v_found := false;
        v_metrics := gamification.user_metrics(p_user_id);
        for v_key in
            select d.key
            from gamification.achievement_definitions as d
            where
                d.is_active
                and d.conditions is not null
                and not exists (
                    select
                    from gamification.user_achievements as ua
                    where ua.user_id = p_user_id and ua.achievement_id = d.id
                )
                and gamification.meets_condition(d.conditions, v_metrics)
            order by d.key
        loop
            select not u.replayed into v_is_new
            from gamification.unlock_achievement(p_user_id, v_key) as u;
            if v_is_new then
                v_found := true;
                return next v_key;
            end if;
        end loop;
    end loop;
end;
$$;

comment on function gamification.evaluate_achievements(uuid) is
'Unlocks every achievement whose conditions a person meets.

Definer, because nobody writes achievements directly.

Args: p_user_id: the person.
Returns: keys of the achievements unlocked now; no rows if there are none.
Raises: as gamification.unlock_achievement().
Caller: service, and functions of this package after they changed what conditions ask for.';

revoke all on function gamification.evaluate_achievements(uuid) from public;
grant execute on function gamification.evaluate_achievements(uuid) to service_role;
