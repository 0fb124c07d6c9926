revoke all on gamification.quests from public, anon, authenticated, staff, service_role;
grant select on gamification.quests to anon, authenticated, staff;
grant insert (
    key, title, description, recurrence, is_ordered, xp_reward, is_active, starts_at, ends_at
) on gamification.quests to staff;
grant update (
    title, description, xp_reward, is_active, starts_at, ends_at
) on gamification.quests to staff;
grant delete on gamification.quests to staff;
grant select, insert, update, delete on gamification.quests to service_role;

create policy quests_select_public on gamification.quests
for select to anon
using (true);

comment on policy quests_select_public on gamification.quests is
'Everyone may see the quests.';

create policy quests_select_any on gamification.quests
for select to authenticated
using (true);

comment on policy quests_select_any on gamification.quests is
'Everyone may see the quests.';

create policy quests_select_staff on gamification.quests
for select to staff
using (true);

comment on policy quests_select_staff on gamification.quests is
'Staff may see the quests.';

create policy quests_insert_staff on gamification.quests
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quests_insert_staff on gamification.quests is
'Staff with gamification.manage add quests.';

create policy quests_update_staff on gamification.quests
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quests_update_staff on gamification.quests is
'Staff with gamification.manage change quests.';

create policy quests_delete_staff on gamification.quests
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quests_delete_staff on gamification.quests is
'Staff with gamification.manage remove quests that nobody has used.';
