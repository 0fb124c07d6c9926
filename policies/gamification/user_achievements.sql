-- Written by functions alone.
revoke all on gamification.user_achievements from public, anon, authenticated, staff, service_role;
grant select on gamification.user_achievements to authenticated, staff, service_role;

create policy user_achievements_select_own on gamification.user_achievements
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_achievements_select_own on gamification.user_achievements is
'Users read what they unlocked.';

create policy user_achievements_select_staff on gamification.user_achievements
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_achievements_select_staff on gamification.user_achievements is
'Staff with xp.read_any read everyone''s achievements.';
