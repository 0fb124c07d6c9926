revoke all on gamification.settings from public, anon, authenticated, staff, service_role;
grant select on gamification.settings to staff;
grant insert (key, value, description) on gamification.settings to staff;
grant update (value, description) on gamification.settings to staff;
grant delete on gamification.settings to staff;
grant select, insert, update, delete on gamification.settings to service_role;

create policy settings_select_staff on gamification.settings
for select to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy settings_select_staff on gamification.settings is
'Staff with gamification.manage read limits of the game.';

create policy settings_insert_staff on gamification.settings
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy settings_insert_staff on gamification.settings is
'Staff with gamification.manage add limits of the game.';

create policy settings_update_staff on gamification.settings
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy settings_update_staff on gamification.settings is
'Staff with gamification.manage change limits of the game.';

create policy settings_delete_staff on gamification.settings
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy settings_delete_staff on gamification.settings is
'Staff with gamification.manage remove limits of the game that nobody has used.';
