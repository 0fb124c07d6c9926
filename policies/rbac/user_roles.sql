-- Written by rbac.grant_role() and rbac.revoke_role() alone, by the service too.
revoke all on rbac.user_roles from public, anon, authenticated, staff, service_role;
grant select on rbac.user_roles to authenticated, staff, service_role;

create policy user_roles_select_own on rbac.user_roles
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_roles_select_own on rbac.user_roles is
'Users see the roles they hold.';

create policy user_roles_select_staff on rbac.user_roles
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'role.read_any'))
);

comment on policy user_roles_select_staff on rbac.user_roles is
'Staff with role.read_any see who holds what.';
