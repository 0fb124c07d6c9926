-- Read and written by functions of the package alone.
revoke all on util.idempotency_keys from public, anon, authenticated, staff, service_role;

create policy idempotency_keys_all_nobody on util.idempotency_keys
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy idempotency_keys_all_nobody on util.idempotency_keys is
'No client gets access, whatever is granted.';
