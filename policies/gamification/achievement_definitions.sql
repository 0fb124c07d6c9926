revoke all on gamification.achievement_definitions
from public, anon, authenticated, staff, service_role;
grant select on gamification.achievement_definitions to anon, authenticated, staff;
grant insert (
    key, title, description, icon_url, rarity, xp_reward, conditions, is_active
) on gamification.achievement_definitions to staff;
grant update (
    title, description, icon_url, rarity, xp_reward, conditions, is_active
) on gamification.achievement_definitions to staff;
grant delete on gamification.achievement_definitions to staff;
grant select, insert, update, delete on gamification.achievement_definitions to service_role;

create policy achievement_definitions_select_public on gamification.achievement_definitions
for select to anon
using (true);

comment on policy achievement_definitions_select_public on gamification.achievement_definitions is
'Everyone may see the achievements.';

create policy achievement_definitions_select_any on gamification.achievement_definitions
for select to authenticated
using (true);

comment on policy achievement_definitions_select_any on gamification.achievement_definitions is
'Everyone may see the achievements.';

create policy achievement_definitions_select_staff on gamification.achievement_definitions
for select to staff
using (true);

comment on policy achievement_definitions_select_staff on gamification.achievement_definitions is
'Staff may see the achievements.';

create policy achievement_definitions_insert_staff on gamification.achievement_definitions
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy achievement_definitions_insert_staff on gamification.achievement_definitions is
'Staff with gamification.manage add achievements.';

create policy achievement_definitions_update_staff on gamification.achievement_definitions
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy achievement_definitions_update_staff on gamification.achievement_definitions is
'Staff with gamification.manage change achievements.';

create policy achievement_definitions_delete_staff on gamification.achievement_definitions
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy achievement_definitions_delete_staff on gamification.achievement_definitions is
'Staff with gamification.manage remove achievements that nobody has used.';
