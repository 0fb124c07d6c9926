-- dbtool's own: read and written by the owner alone.
revoke all on util.migrations_meta from public, anon, authenticated, staff, service_role;

create policy migrations_meta_all_nobody on util.migrations_meta
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy migrations_meta_all_nobody on util.migrations_meta is
'No client gets access, whatever is granted.';
