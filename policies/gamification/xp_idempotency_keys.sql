-- Read and written by functions of the ledger alone.
revoke all on gamification.xp_idempotency_keys
from public, anon, authenticated, staff, service_role;

create policy xp_idempotency_keys_all_nobody on gamification.xp_idempotency_keys
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy xp_idempotency_keys_all_nobody on gamification.xp_idempotency_keys is
'No client gets access, whatever is granted.';
