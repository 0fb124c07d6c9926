-- dbtool's own: read and written by the owner alone.
revoke all on util.ledger_versions from public, anon, authenticated, staff, service_role;

create policy ledger_versions_all_nobody on util.ledger_versions
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy ledger_versions_all_nobody on util.ledger_versions is
'No client gets access, whatever is granted.';
