create or replace view rbac.effective_permissions with (security_invoker = true) as
select
    er.user_id,
    p.name as permission,
    er.scope_type,
    er.scope_id,
    least(er.expires_at, rp.valid_to) as expires_at
from rbac.effective_roles as er
inner join rbac.role_permissions as rp on er.role_id = rp.role_id
inner join rbac.permissions as p on rp.permission_id = p.id
where rp.valid_from <= now() and (rp.valid_to is null or rp.valid_to > now());

comment on view rbac.effective_permissions is
'Permissions that count at this moment, each with the scope it was granted in.';
comment on column rbac.effective_permissions.expires_at is
'When the grant or the permission of its role ends, whichever is first; null: neither ends.';

revoke all on rbac.effective_permissions from public, anon, authenticated, staff, service_role;
