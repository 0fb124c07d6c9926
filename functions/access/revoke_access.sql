create or replace function access.revoke_access(p_entitlement_id uuid, p_reason text)
returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_revoked_at timestamptz;
begin
    if not (util.is_service() or rbac.has_permission(auth.uid(), 'entitlement.grant')) then
        raise sqlstate 'PT403' using
            message = 'the permission entitlement.grant is required',
            detail = 'access.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if coalesce(p_reason, '') !~ '[^[:space:]]' or length(p_reason) > 500 then
        raise sqlstate 'PT400' using
            message = 'a reason of 1 to 500 characters is required',
            detail = 'access.request_invalid',
            hint = 'Send the reason why the entitlement ends.';
    end if;
    update access.user_entitlements as e
    set revoked_at = coalesce(e.revoked_at, now()), reason = coalesce(
        case when e.revoked_at is null then p_reason end, e.reason
    )
    where e.id = p_entitlement_id
    returning e.revoked_at into v_revoked_at;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no entitlement has the id %L', p_entitlement_id),
            detail = 'entitlement.not_found',
            hint = 'Send an id from the view people_entitlements.';
    end if;
    return v_revoked_at;
end;
$$;

comment on function access.revoke_access(uuid, text) is
'Ends an entitlement now and for good.

Definer, because nobody writes entitlements directly.

Args: p_entitlement_id: the entitlement; p_reason: why.
Returns: when it stopped counting; if it was revoked before, the time of that.
Raises: PT403 access.denied, PT400 access.request_invalid, PT404 entitlement.not_found.
Caller: staff with entitlement.grant; service.';

revoke all on function access.revoke_access(uuid, text) from public;
grant execute on function access.revoke_access(uuid, text) to staff, service_role;
