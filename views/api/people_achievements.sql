create or replace view api.people_achievements with (security_invoker = true) as
select
    a.user_id,
    a.achievement_id,
    a.details,
    a.unlocked_at
from gamification.user_achievements as a;

comment on view api.people_achievements is
'Everyone''s achievements, for staff with xp.read_any and back ends.';

revoke all on api.people_achievements from public, anon, authenticated, staff, service_role;
grant select on api.people_achievements to staff, service_role;
