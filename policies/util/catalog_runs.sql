-- dbtool's own: read and written by the owner alone.
revoke all on util.catalog_runs from public, anon, authenticated, staff, service_role;

create policy catalog_runs_all_nobody on util.catalog_runs
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy catalog_runs_all_nobody on util.catalog_runs is
'No client gets access, whatever is granted.';
