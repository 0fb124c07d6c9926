revoke all on util.settings from public, anon, authenticated, staff, service_role;
grant select on util.settings to staff, service_role;
grant update (value) on util.settings to staff, service_role;
grant insert, delete on util.settings to service_role;

create policy settings_select_staff on util.settings
for select to staff
using (
    managed_by = any(array(
        select p.permission
        from rbac.my_permissions() as p
        where p.scope_type = 'global'
    ))
);

comment on policy settings_select_staff on util.settings is
'Staff read the settings whose permission they hold everywhere.';

create policy settings_update_staff on util.settings
for update to staff
using (
    managed_by = any(array(
        select p.permission
        from rbac.my_permissions() as p
        where p.scope_type = 'global'
    ))
)
with check (
    managed_by = any(array(
        select p.permission
        from rbac.my_permissions() as p
        where p.scope_type = 'global'
    ))
);

comment on policy settings_update_staff on util.settings is
'Staff change the values of settings whose permission they hold everywhere.';
