-- Written by functions alone.
revoke all on gamification.user_xp from public, anon, authenticated, staff, service_role;
grant select on gamification.user_xp to authenticated, staff, service_role;

create policy user_xp_select_own on gamification.user_xp
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_xp_select_own on gamification.user_xp is
'Users read their own account.';

create policy user_xp_select_staff on gamification.user_xp
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_xp_select_staff on gamification.user_xp is
'Staff with xp.read_any read everyone''s accounts.';
