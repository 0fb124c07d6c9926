-- dbtool's own: read and written by the owner alone.
revoke all on util.seeded_rows from public, anon, authenticated, staff, service_role;
