create or replace function rbac.revoke_api_key(p_id uuid) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_revoked_at timestamptz;
begin
    update rbac.api_keys as k
    set revoked_at = coalesce(k.revoked_at, now())
    where
        k.id = p_id
        and (
            k.user_id = auth.uid()
            or rbac.has_permission(auth.uid(), 'api_key.revoke_any')
            or util.is_service()
        )
    returning k.revoked_at into v_revoked_at;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no API key has the id %L, or it is not yours', p_id),
            detail = 'api_key.not_found',
            hint = 'Send an id from the view my_api_keys.';
    end if;
    return v_revoked_at;
end;
$$;

comment on function rbac.revoke_api_key(uuid) is
'Revokes a key for good.

Definer, because nobody writes rbac.api_keys directly.

Args: p_id: the key.
Returns: when it was revoked; revoking again changes nothing.
Raises: PT404 api_key.not_found, also for keys of others.
Caller: its owner, staff with api_key.revoke_any, service.';

revoke all on function rbac.revoke_api_key(uuid) from public;
grant execute on function rbac.revoke_api_key(uuid) to authenticated, staff, service_role;
