-- Written by functions alone.
revoke all on gamification.user_quests from public, anon, authenticated, staff, service_role;
grant select on gamification.user_quests to authenticated, staff, service_role;

create policy user_quests_select_own on gamification.user_quests
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_quests_select_own on gamification.user_quests is
'Users read how far they are.';

create policy user_quests_select_staff on gamification.user_quests
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy user_quests_select_staff on gamification.user_quests is
'Staff with xp.read_any read everyone''s quests.';
