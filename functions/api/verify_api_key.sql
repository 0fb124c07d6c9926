create or replace function api.verify_api_key(api_key text)
returns table (id uuid, user_id uuid, permissions text[])
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        known.id,
        known.user_id,
        known.permissions
    from rbac.verify_api_key(api_key) as known;
end;

comment on function api.verify_api_key(text) is
'Recognises a key and counts its use.

Args: api_key: the whole key.
Returns: id of the key, user_id of its owner, and permissions: those of the key that the owner holds
at this moment.
Raises: PT401 api_key.invalid (unknown, expired, revoked, or its owner cannot act: the answer is the
same), PT429 api_key.rate_limited.
Caller: service.';

revoke all on function api.verify_api_key(text) from public;
grant execute on function api.verify_api_key(text) to service_role;
