-- dbtool's own: read and written by the owner alone.
revoke all on util.catalog_objects from public, anon, authenticated, staff, service_role;

create policy catalog_objects_all_nobody on util.catalog_objects
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy catalog_objects_all_nobody on util.catalog_objects is
'No client gets access, whatever is granted.';
