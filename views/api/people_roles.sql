create or replace view api.people_roles with (security_invoker = true) as
select
    ur.id,
    ur.user_id,
    ur.role_id,
    ur.scope_type,
    ur.scope_id,
    ur.assigned_by,
    ur.reason,
    ur.expires_at,
    ur.created_at,
    ur.updated_at
from rbac.user_roles as ur;

comment on view api.people_roles is
'Roles that people hold, for staff with role.read_any and back ends. Changed by grant_role and '
'revoke_role.';
comment on column api.people_roles.scope_type is
'global, school, course or engagement.';

revoke all on api.people_roles from public, anon, authenticated, staff, service_role;
grant select on api.people_roles to staff, service_role;
