-- Written by functions alone.
revoke all on gamification.user_streaks from public, anon, authenticated, staff, service_role;
grant select on gamification.user_streaks to authenticated, staff, service_role;

create policy user_streaks_select_own on gamification.user_streaks
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_streaks_select_own on gamification.user_streaks is
'Users read their own streak.';

create policy user_streaks_select_staff on gamification.user_streaks
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_streaks_select_staff on gamification.user_streaks is
'Staff with xp.read_any read everyone''s streaks.';
