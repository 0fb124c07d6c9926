-- Changed by an operator or a back end: a person who could edit this could promote themselves.
revoke all on rbac.permissions from public, anon, authenticated, staff, service_role;
grant select on rbac.permissions to authenticated, staff;
grant select, insert, update, delete on rbac.permissions to service_role;

create policy permissions_select_any on rbac.permissions
for select to authenticated
using (true);

comment on policy permissions_select_any on rbac.permissions is
'Every user may read permissions: they are not secret.';

create policy permissions_select_staff on rbac.permissions
for select to staff
using (true);

comment on policy permissions_select_staff on rbac.permissions is
'Staff read permissions.';
