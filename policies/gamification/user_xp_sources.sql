-- Written by functions alone.
revoke all on gamification.user_xp_sources from public, anon, authenticated, staff, service_role;
grant select on gamification.user_xp_sources to authenticated, staff, service_role;

create policy user_xp_sources_select_own on gamification.user_xp_sources
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_xp_sources_select_own on gamification.user_xp_sources is
'Users read their own counts.';

create policy user_xp_sources_select_staff on gamification.user_xp_sources
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_xp_sources_select_staff on gamification.user_xp_sources is
'Staff with xp.read_any read everyone''s counts.';
