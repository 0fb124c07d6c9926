create or replace function rbac.revoke_role(
    p_user_id uuid,
    p_role text,
    p_reason text,
    p_scope_type text default 'global',
    p_scope_id uuid default null
) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role_id uuid;
    v_revoked boolean;
begin
    perform rbac.assert_grant_arguments(p_reason, p_scope_type, p_scope_id);
    select id into v_role_id from rbac.roles where name = p_role;
    if v_role_id is null then
        raise sqlstate 'PT404' using
            message = format('no role has the name %L', p_role),
            detail = 'role.not_found',
            hint = 'Send a name from the view roles.';
    end if;
    -- Revoking needs the right only at this moment.
    perform rbac.assert_may_assign(v_role_id, p_scope_type, p_scope_id, now());

    -- The trigger that logs the deletion reads the reason from here.
    perform set_config('rbac.reason', p_reason, true);
    delete from rbac.user_roles
    where
        user_id = p_user_id
        and role_id = v_role_id
        and scope_type = p_scope_type
        and scope_id is not distinct from p_scope_id;
    v_revoked := found;
    perform set_config('rbac.reason', '', true);
    return v_revoked;
end;
$$;

comment on function rbac.revoke_role(uuid, text, text, text, uuid) is
'Revokes a person''s role; from the next statement on it no longer counts.

Definer, because nobody writes rbac.user_roles directly. The change is logged by its trigger.

Args: p_user_id: the person; p_role: the role''s name; p_reason: required; p_scope_type and
p_scope_id: the scope of the grant, global by default.
Returns: whether they held it.
Raises: PT400 role.reason_required, PT400 role.scope_invalid, PT404 role.not_found, PT403 role.grant_denied, PT403
role.exceeds_granter, PT409 role.last_holder.
Caller: staff with role.grant and every permission of the role; service.';

revoke all on function rbac.revoke_role(uuid, text, text, text, uuid) from public;
grant execute on function rbac.revoke_role(uuid, text, text, text, uuid) to staff, service_role;
