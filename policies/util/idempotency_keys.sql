-- Read and written by functions of the package alone.
revoke all on util.idempotency_keys from public, anon, authenticated, staff, service_role;
