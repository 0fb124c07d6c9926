create or replace function api.revoke_certificate(
    certificate_id uuid,
    reason text
) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return learn.revoke_certificate(certificate_id, reason);

comment on function api.revoke_certificate(uuid, text) is
'Revokes a certificate for good. It stays, and whoever verifies it is told.

Args: certificate_id: which; reason: why, for staff.
Returns: since when; of one that was revoked before, since then.
Raises: PT403 certificate.denied, PT400 certificate.reason_required, PT404 certificate.not_found.
Caller: staff with certificate.manage, everywhere or in the course; service.';

revoke all on function api.revoke_certificate(uuid, text) from public;
grant execute on function api.revoke_certificate(uuid, text) to staff, service_role;
