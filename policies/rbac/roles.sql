-- Changed by an operator or a back end: a person who could edit this could promote themselves.
revoke all on rbac.roles from public, anon, authenticated, staff, service_role;
grant select on rbac.roles to authenticated, staff;
grant select, insert, update, delete on rbac.roles to service_role;

create policy roles_select_any on rbac.roles
for select to authenticated
using (true);

comment on policy roles_select_any on rbac.roles is
'Every user may read roles: they are not secret.';

create policy roles_select_staff on rbac.roles
for select to staff
using (true);

comment on policy roles_select_staff on rbac.roles is
'Staff read roles.';
