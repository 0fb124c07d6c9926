create or replace view rbac.effective_roles with (security_invoker = true) as
select
    ur.user_id,
    r.id as role_id,
    r.name as role,
    r.is_staff,
    ur.scope_type,
    ur.scope_id,
    ur.expires_at
from rbac.user_roles as ur
inner join rbac.roles as r on ur.role_id = r.id
inner join rbac.active_people as ap on ur.user_id = ap.user_id
where ur.expires_at is null or ur.expires_at > now();

comment on view rbac.effective_roles is
'Roles that count at this moment: not expired, and held by someone who can act. The one place that '
'says so; every function of rbac builds on it.';

revoke all on rbac.effective_roles from public, anon, authenticated, staff, service_role;
