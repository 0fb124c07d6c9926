-- dbtool's own: read and written by the owner alone.
revoke all on util.ledger_versions from public, anon, authenticated, staff, service_role;
