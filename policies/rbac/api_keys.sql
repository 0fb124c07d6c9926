-- Written by functions alone. Nobody reads the hash of the secret, not even the service.
revoke all on rbac.api_keys from public, anon, authenticated, staff, service_role;
grant select (
    id, user_id, name, prefix, permissions, rate_limit_per_minute, expires_at, revoked_at,
    last_used_at, created_at, updated_at
) on rbac.api_keys to authenticated, staff, service_role;

create policy api_keys_select_own on rbac.api_keys
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy api_keys_select_own on rbac.api_keys is
'Users see their own keys, without the hash.';

create policy api_keys_select_staff on rbac.api_keys
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'api_key.read_any'))
);

comment on policy api_keys_select_staff on rbac.api_keys is
'Staff with api_key.read_any see all keys, without the hash.';
