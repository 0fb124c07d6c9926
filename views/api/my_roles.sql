create or replace view api.my_roles with (security_invoker = true) as
select
    ur.id,
    ur.user_id,
    ur.role_id,
    ur.scope_type,
    ur.scope_id,
    ur.reason,
    ur.expires_at,
    ur.created_at,
    ur.updated_at
from rbac.user_roles as ur
where ur.user_id = (select auth.uid());

comment on view api.my_roles is
'The roles that the caller holds. my_permissions returns the resulting permissions.';
comment on column api.my_roles.scope_type is
'global, school, course or engagement.';

revoke all on api.my_roles from public, anon, authenticated, staff, service_role;
grant select on api.my_roles to authenticated, staff;
