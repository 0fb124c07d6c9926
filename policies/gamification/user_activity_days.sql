-- Written by functions alone.
revoke all on gamification.user_activity_days from public, anon, authenticated, staff, service_role;
grant select on gamification.user_activity_days to authenticated, staff, service_role;

create policy user_activity_days_select_own on gamification.user_activity_days
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_activity_days_select_own on gamification.user_activity_days is
'Users read their own days.';

create policy user_activity_days_select_staff on gamification.user_activity_days
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_activity_days_select_staff on gamification.user_activity_days is
'Staff with xp.read_any read everyone''s active days.';
