create or replace function api.revoke_role(
    user_id uuid,
    role text,
    reason text,
    scope_type text default 'global',
    scope_id uuid default null
) returns boolean
language sql
set search_path = pg_catalog, pg_temp
return rbac.revoke_role(user_id, role, reason, scope_type, scope_id);

comment on function api.revoke_role(uuid, text, text, text, uuid) is
'Revokes a person''s role; from the next statement on it no longer counts.

Args: user_id: the person; role: its name; reason: required; scope_type and scope_id: the scope of
the grant, global by default.
Returns: whether they held it.
Raises: PT400 role.reason_required, PT400 role.scope_invalid, PT404 role.not_found, PT403
role.grant_denied, PT403 role.exceeds_granter, PT409 role.last_holder.
Caller: staff with role.grant and every permission of the role; service.';

revoke all on function api.revoke_role(uuid, text, text, text, uuid) from public;
grant execute on function api.revoke_role(uuid, text, text, text, uuid) to staff, service_role;
