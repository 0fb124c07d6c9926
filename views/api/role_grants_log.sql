create or replace view api.role_grants_log with (security_invoker = true) as
select
    g.id,
    g.action,
    g.user_id,
    g.role_id,
    g.scope_type,
    g.scope_id,
    g.actor_id,
    g.actor_role,
    g.reason,
    g.expires_at,
    g.created_at
from rbac.role_grants_log as g;

comment on view api.role_grants_log is
'Every grant, change and revocation of a role, by whom and why, for staff with role.read_any '
'and back ends.';
comment on column api.role_grants_log.action is
'granted, changed or revoked.';
comment on column api.role_grants_log.scope_id is
'Id of the school, course or engagement; null for global grants.';
comment on column api.role_grants_log.scope_type is
'global, school, course or engagement.';
comment on column api.role_grants_log.expires_at is
'The role counts until then; null: without an end.';

revoke all on api.role_grants_log from public, anon, authenticated, staff, service_role;
grant select on api.role_grants_log to staff, service_role;
