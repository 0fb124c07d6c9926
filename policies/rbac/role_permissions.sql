-- Changed by an operator or a back end: a person who could edit this could promote themselves.
revoke all on rbac.role_permissions from public, anon, authenticated, staff, service_role;
grant select on rbac.role_permissions to authenticated, staff;
grant select, insert, update, delete on rbac.role_permissions to service_role;

create policy role_permissions_select_any on rbac.role_permissions
for select to authenticated
using (true);

comment on policy role_permissions_select_any on rbac.role_permissions is
'Every user may read what each role may do: that is not secret.';

create policy role_permissions_select_staff on rbac.role_permissions
for select to staff
using (true);

comment on policy role_permissions_select_staff on rbac.role_permissions is
'Staff read what each role may do.';
