-- Appended by a trigger alone.
revoke all on rbac.role_grants_log from public, anon, authenticated, staff, service_role;
grant select on rbac.role_grants_log to staff, service_role;

create policy role_grants_log_select_staff on rbac.role_grants_log
for select to staff
using ((select rbac.has_permission((select auth.uid()), 'role.read_any')));

comment on policy role_grants_log_select_staff on rbac.role_grants_log is
'Staff with role.read_any read the log of grants.';
