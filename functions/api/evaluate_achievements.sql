create or replace function api.evaluate_achievements(user_id uuid) returns setof text
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select x.achievement
    from gamification.evaluate_achievements(user_id) as x (achievement);
end;

comment on function api.evaluate_achievements(uuid) is
'Unlocks every achievement whose conditions a person meets.

Args: user_id: the person.
Returns: keys of the achievements unlocked now; no rows if there are none.
Raises: as unlock_achievement.
Caller: service.';

revoke all on function api.evaluate_achievements(uuid) from public;
grant execute on function api.evaluate_achievements(uuid)
to service_role;
