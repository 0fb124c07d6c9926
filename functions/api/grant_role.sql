create or replace function api.grant_role(
    user_id uuid,
    role text,
    reason text,
    scope_type text default 'global',
    scope_id uuid default null,
    expires_at timestamptz default null
) returns uuid
language sql
set search_path = pg_catalog, pg_temp
return rbac.grant_role(user_id, role, reason, scope_type, scope_id, expires_at);

comment on function api.grant_role(uuid, text, text, text, uuid, timestamptz) is
'Gives a person a role, or changes the end of one they hold.

Args: user_id: the person; role: its name; reason: required; scope_type: global, school, course or
engagement; scope_id: its id, null for global; expires_at: null for no end.
Returns: id of the grant; granting the same again returns the same id.
Raises: PT400 role.reason_required, PT400 role.scope_invalid, PT400 role.expiry_in_past, PT403
role.self_grant, PT404 role.not_found, PT403 role.grant_denied, PT403 role.outlasts_granter, PT403
role.exceeds_granter, PT404 user.not_found, PT409 role.last_holder.
Caller: staff with role.grant and every permission of the role; service.';

revoke all on function api.grant_role(uuid, text, text, text, uuid, timestamptz) from public;
grant execute on function api.grant_role(uuid, text, text, text, uuid, timestamptz)
to staff, service_role;
