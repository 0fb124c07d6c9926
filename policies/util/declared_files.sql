-- dbtool's own: read and written by the owner alone.
revoke all on util.declared_files from public, anon, authenticated, staff, service_role;

create policy declared_files_all_nobody on util.declared_files
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy declared_files_all_nobody on util.declared_files is
'No client gets access, whatever is granted.';
