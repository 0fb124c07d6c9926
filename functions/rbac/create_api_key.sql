create or replace function rbac.create_api_key(
    p_name text,
    p_permissions text[] default '{}',
    p_rate_limit_per_minute integer default 60,
    p_expires_at timestamptz default null
) returns table (id uuid, api_key text)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := auth.uid();
    v_prefix text := 'fdn_' || left(replace(gen_random_uuid()::text, '-', ''), 10);
    -- Two random uuids: 244 bits that nobody can guess.
    v_secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    v_excess text;
begin
    if v_user_id is null or not rbac.has_permission(v_user_id, 'api_key.create') then
        raise sqlstate 'PT403' using
            message = 'the permission api_key.create is required',
            detail = 'api_key.create_denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    -- Checked first, because the error of a constraint would show the row and with it the hash.
    if p_name is null or p_name !~ '[^[:space:]]' or length(p_name) > 80 then
        raise sqlstate 'PT400' using
            message = 'a name of 1 to 80 characters is required',
            detail = 'api_key.name_required',
            hint = 'Send a name by which people will recognise the key.';
    end if;
    if coalesce(p_rate_limit_per_minute, 0) not between 1 and 100000 then
        raise sqlstate 'PT400' using
            message = format('%L is not a rate limit', p_rate_limit_per_minute),
            detail = 'api_key.rate_limit_invalid',
            hint = 'Send a number of uses a minute from 1 to 100000.';
    end if;
    if p_permissions is null or cardinality(p_permissions) > 200 then
        raise sqlstate 'PT400' using
            message = 'a list of at most 200 permissions is required',
            detail = 'api_key.permissions_invalid',
            hint = 'Send an array of names from the view permissions.';
    end if;
    if p_expires_at <= now() then
        raise sqlstate 'PT400' using
            message = format('the end %L is in the past', p_expires_at),
            detail = 'api_key.expiry_in_past',
            hint = 'Send a time in the future, or none for a key that never expires.';
    end if;
    select wanted.permission into v_excess
    from unnest(p_permissions) as wanted (permission)
    where
        wanted.permission is null
        or not rbac.has_permission(v_user_id, wanted.permission)
    order by wanted.permission
    limit 1;
    if found then
        raise sqlstate 'PT403' using
            message = format('you do not have the permission %s', coalesce(v_excess, 'null')),
            detail = 'api_key.exceeds_owner',
            hint = 'Choose permissions that you hold yourself: a key can do no more than its '
            'owner.';
    end if;

    return query
    insert into rbac.api_keys as k (
        user_id, name, prefix, secret_hash, permissions, rate_limit_per_minute, expires_at
    ) values (
        v_user_id,
        p_name,
        v_prefix,
        encode(sha256(convert_to(v_prefix || '_' || v_secret, 'UTF8')), 'hex'),
        p_permissions,
        p_rate_limit_per_minute,
        p_expires_at
    )
    returning k.id, v_prefix || '_' || v_secret;
end;
$$;

comment on function rbac.create_api_key(text, text[], integer, timestamptz) is
'Makes a key with which a program acts for the caller.

Definer, because nobody writes rbac.api_keys directly. It takes no idempotency key: the answer
holds the secret, which is shown once and must not be stored to be shown again.

Args: p_name: for people; p_permissions: names, each held by the caller; p_rate_limit_per_minute:
uses a minute, 1 to 100000; p_expires_at: null for never.
Returns: id, and api_key, the whole key, which nobody can read again.
Raises: PT403 api_key.create_denied, PT400 api_key.name_required, PT400 api_key.rate_limit_invalid,
PT400 api_key.permissions_invalid, PT400 api_key.expiry_in_past, PT403 api_key.exceeds_owner.
Caller: staff or user with api_key.create.';

revoke all on function rbac.create_api_key(text, text[], integer, timestamptz) from public;
grant execute on function rbac.create_api_key(text, text[], integer, timestamptz)
to authenticated, staff;
