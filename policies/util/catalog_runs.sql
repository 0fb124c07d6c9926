-- dbtool's own: read and written by the owner alone.
revoke all on util.catalog_runs from public, anon, authenticated, staff, service_role;
