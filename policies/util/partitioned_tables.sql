revoke all on util.partitioned_tables from public, anon, authenticated, staff, service_role;
grant select, insert, update, delete on util.partitioned_tables to service_role;

create policy partitioned_tables_all_nobody on util.partitioned_tables
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy partitioned_tables_all_nobody on util.partitioned_tables is
'No client has a way in, whatever is granted.';
