create or replace view api.role_permissions with (security_invoker = true) as
select
    rp.id,
    rp.role_id,
    rp.permission_id,
    rp.valid_from,
    rp.valid_to,
    rp.created_at,
    rp.updated_at
from rbac.role_permissions as rp;

comment on view api.role_permissions is
'Permissions that roles give, and when. Rows are ended, not deleted, so that the past stays known.';

revoke all on api.role_permissions from public, anon, authenticated, staff, service_role;
grant select on api.role_permissions to authenticated, staff, service_role;
grant insert (role_id, permission_id, valid_from, valid_to) on api.role_permissions to service_role;
grant update (role_id, permission_id, valid_from, valid_to) on api.role_permissions to service_role;
grant delete on api.role_permissions to service_role;
