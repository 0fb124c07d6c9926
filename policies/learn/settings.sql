revoke all on learn.settings from public, anon, authenticated, staff, service_role;
grant select on learn.settings to staff;
grant insert (key, value, description) on learn.settings to staff;
grant update (value, description) on learn.settings to staff;
grant delete on learn.settings to staff;
grant select, insert, update, delete on learn.settings to service_role;

create policy settings_select_staff on learn.settings
for select to staff
using ((select rbac.has_permission((select auth.uid()), 'learn.manage')));

comment on policy settings_select_staff on learn.settings is
'Staff with learn.manage read limits of learning.';

create policy settings_insert_staff on learn.settings
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'learn.manage')));

comment on policy settings_insert_staff on learn.settings is
'Staff with learn.manage add limits of learning.';

create policy settings_update_staff on learn.settings
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'learn.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'learn.manage')));

comment on policy settings_update_staff on learn.settings is
'Staff with learn.manage change limits of learning.';

create policy settings_delete_staff on learn.settings
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'learn.manage')));

comment on policy settings_delete_staff on learn.settings is
'Staff with learn.manage remove limits of learning.';
