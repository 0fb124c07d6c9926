-- dbtool's own: read and written by the owner alone.
revoke all on util.seeded_rows from public, anon, authenticated, staff, service_role;

create policy seeded_rows_all_nobody on util.seeded_rows
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy seeded_rows_all_nobody on util.seeded_rows is
'No client gets access, whatever is granted.';
