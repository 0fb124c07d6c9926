create or replace function api.revoke_access(entitlement_id uuid, reason text) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return access.revoke_access(entitlement_id, reason);

comment on function api.revoke_access(uuid, text) is
'Ends an entitlement, from now on and for good.

Args: entitlement_id: which; reason: why.
Returns: since when it does not count; of one that was revoked before, since then.
Raises: PT403 access.denied, PT400 access.request_invalid, PT404 entitlement.not_found.
Caller: staff with entitlement.grant; service.';

revoke all on function api.revoke_access(uuid, text) from public;
grant execute on function api.revoke_access(uuid, text) to staff, service_role;
