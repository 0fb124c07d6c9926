create or replace function api.create_api_key(
    name text,
    permissions text[] default '{}',
    rate_limit_per_minute integer default 60,
    expires_at timestamptz default null
) returns table (id uuid, api_key text)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        made.id,
        made.api_key
    from rbac.create_api_key(name, permissions, rate_limit_per_minute, expires_at) as made;
end;

comment on function api.create_api_key(text, text[], integer, timestamptz) is
'Makes a key with which a program acts for you. The key is shown only this once.

Args: name: for people; permissions: names, each held by you; rate_limit_per_minute: uses a minute,
1 to 100000; expires_at: null for never.
Returns: id, and api_key, the whole key, which nobody can read again.
Raises: PT403 api_key.create_denied, PT400 api_key.name_required, PT400 api_key.rate_limit_invalid,
PT400 api_key.permissions_invalid, PT400 api_key.expiry_in_past, PT403 api_key.exceeds_owner.
Caller: staff or user with api_key.create.';

revoke all on function api.create_api_key(text, text[], integer, timestamptz) from public;
grant execute on function api.create_api_key(text, text[], integer, timestamptz)
to authenticated, staff;
