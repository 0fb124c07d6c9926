create or replace view api.my_achievements with (security_invoker = true) as
select
    a.user_id,
    a.achievement_id,
    a.details,
    a.unlocked_at
from gamification.user_achievements as a
where a.user_id = (select auth.uid());

comment on view api.my_achievements is
'Achievements that the caller has unlocked.';

revoke all on api.my_achievements from public, anon, authenticated, staff, service_role;
grant select on api.my_achievements to authenticated, staff;
