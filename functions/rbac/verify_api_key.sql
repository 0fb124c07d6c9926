create or replace function rbac.verify_api_key(p_api_key text)
returns table (id uuid, user_id uuid, permissions text[])
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key rbac.api_keys;
begin
    -- The window is counted in the same statement that finds the key, so that concurrent uses
    -- queue on its row and none is missed.
    update rbac.api_keys as k
    set
        last_used_at = clock_timestamp(),
        window_started_at = date_trunc('minute', clock_timestamp(), 'UTC'),
        window_count = case
            when k.window_started_at = date_trunc('minute', clock_timestamp(), 'UTC')
                then least(k.window_count + 1, k.rate_limit_per_minute + 1)
            else 1
        end
    from rbac.active_people as ap
    where
        k.prefix = left(p_api_key, 14)
        and k.secret_hash = encode(sha256(convert_to(p_api_key, 'UTF8')), 'hex')
        and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > clock_timestamp())
        and ap.user_id = k.user_id
    returning k.* into v_key;
    if not found then
        raise sqlstate 'PT401' using
            message = 'the API key is not valid',
            detail = 'api_key.invalid',
            hint = 'Create a new key, or ask its owner for one.';
    end if;
    if v_key.window_count > v_key.rate_limit_per_minute then
        raise sqlstate 'PT429' using
            message = 'the key was used too often this minute',
            detail = 'api_key.rate_limited',
            hint = 'Try again in the next minute.';
    end if;

    return query
    select
        v_key.id,
        v_key.user_id,
        array(
            select distinct ep.permission
            from rbac.effective_permissions as ep
            where
                ep.user_id = v_key.user_id
                and ep.scope_type = 'global'
                and ep.permission = any(v_key.permissions)
            order by ep.permission
        );
end;
$$;

comment on function rbac.verify_api_key(text) is
'Recognises a key and counts its use. Call it in a request of its own: a use is counted when the
transaction commits.

Definer, because no one else can read the hashes.

Args: p_api_key: the whole key.
Returns: id of the key, user_id of its owner, and permissions: those of the key that the owner holds
at this moment.
Raises: PT401 api_key.invalid (unknown, expired, revoked, or its owner cannot act: the answer is the
same), PT429 api_key.rate_limited.
Caller: service.';

revoke all on function rbac.verify_api_key(text) from public;
grant execute on function rbac.verify_api_key(text) to service_role;
