-- dbtool's own: read and written by the owner alone.
revoke all on util.migrations_meta from public, anon, authenticated, staff, service_role;
