create or replace view api.achievements with (security_invoker = true) as
select
    d.id,
    d.key,
    d.title,
    d.description,
    d.icon_url,
    d.rarity,
    d.xp_reward,
    d.conditions,
    d.is_active,
    d.created_at,
    d.updated_at
from gamification.achievement_definitions as d;

comment on view api.achievements is
'Achievements that people can unlock.';
comment on column api.achievements.conditions is
'Condition that unlocks it automatically: {"metric": "level", "at_least": 5} and the like; null: '
'a back end unlocks it.';
comment on column api.achievements.is_active is
'Whether it can still be unlocked.';

revoke all on api.achievements from public, anon, authenticated, staff, service_role;
grant select on api.achievements to anon, authenticated, staff, service_role;
grant insert (
    key, title, description, icon_url, rarity, xp_reward, conditions, is_active
) on api.achievements to staff, service_role;
grant update (
    title, description, icon_url, rarity, xp_reward, conditions, is_active
) on api.achievements to staff, service_role;
grant delete on api.achievements to staff, service_role;
