create or replace function api.revoke_certificate(
    certificate_id uuid,
    reason text
) returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
return learn.revoke_certificate(certificate_id, reason);

comment on function api.revoke_certificate(uuid, text) is
'Revokes a certificate for good. The certificate stays, and anyone who verifies it sees that it is
revoked.

Args: certificate_id: the certificate; reason: why, for staff.
Returns: when it was revoked; if it was revoked before, the time of that.
Raises: PT403 certificate.denied, PT400 certificate.reason_required, PT404 certificate.not_found.
Caller: staff with certificate.manage, everywhere or in the course; service.';

revoke all on function api.revoke_certificate(uuid, text) from public;
grant execute on function api.revoke_certificate(uuid, text) to staff, service_role;
