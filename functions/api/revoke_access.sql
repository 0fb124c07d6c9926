create or replace function api.revoke_access(entitlement_id uuid, reason text) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return access.revoke_access(entitlement_id, reason);

comment on function api.revoke_access(uuid, text) is
'Ends an entitlement now and for good.

Args: entitlement_id: the entitlement; reason: why.
Returns: when it stopped counting; if it was revoked before, the time of that.
Raises: PT403 access.denied, PT400 access.request_invalid, PT404 entitlement.not_found.
Caller: staff with entitlement.grant; service.';

revoke all on function api.revoke_access(uuid, text) from public;
grant execute on function api.revoke_access(uuid, text) to staff, service_role;
