-- dbtool's own: read and written by the owner alone.
revoke all on util.declared_files from public, anon, authenticated, staff, service_role;
