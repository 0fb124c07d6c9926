revoke all on util.partitioned_tables from public, anon, authenticated, staff, service_role;
grant select, insert, update, delete on util.partitioned_tables to service_role;
