create or replace function api.revoke_api_key(id uuid) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return rbac.revoke_api_key(id);

comment on function api.revoke_api_key(uuid) is
'Revokes a key for good.

Args: id: the key.
Returns: when it was revoked; revoking again changes nothing.
Raises: PT404 api_key.not_found, also for keys of others.
Caller: its owner, staff with api_key.revoke_any, service.';

revoke all on function api.revoke_api_key(uuid) from public;
grant execute on function api.revoke_api_key(uuid) to authenticated, staff, service_role;
