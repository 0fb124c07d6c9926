revoke all on util.partitioned_tables from public, anon, authenticated, staff, service_role;
grant select, delete on util.partitioned_tables to service_role;
-- before_retire is not granted: the owner runs the function that it names.
grant insert (parent_name, months_ahead, retention_months, archive_rule)
on util.partitioned_tables to service_role;
grant update (parent_name, months_ahead, retention_months, archive_rule)
on util.partitioned_tables to service_role;

create policy partitioned_tables_all_nobody on util.partitioned_tables
as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy partitioned_tables_all_nobody on util.partitioned_tables is
'No client gets access, whatever is granted.';
