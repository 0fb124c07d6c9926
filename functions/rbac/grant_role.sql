create or replace function rbac.grant_role(
    p_user_id uuid,
    p_role text,
    p_reason text,
    p_scope_type text default 'global',
    p_scope_id uuid default null,
    p_expires_at timestamptz default null
) returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role_id uuid;
    v_grant_id uuid;
begin
    perform rbac.assert_grant_arguments(p_reason, p_scope_type, p_scope_id);
    if p_expires_at <= now() then
        raise sqlstate 'PT400' using
            message = format('the end %L is in the past', p_expires_at),
            detail = 'role.expiry_in_past',
            hint = 'Send a time in the future, or none for a role without an end.';
    end if;
    if p_user_id = auth.uid() and not util.is_service() then
        raise sqlstate 'PT403' using
            message = 'you cannot grant a role to yourself',
            detail = 'role.self_grant',
            hint = 'Ask another person who has the permission role.grant.';
    end if;

    select id into v_role_id from rbac.roles where name = p_role;
    if v_role_id is null then
        raise sqlstate 'PT404' using
            message = format('no role has the name %L', p_role),
            detail = 'role.not_found',
            hint = 'Send a name from the view roles.';
    end if;
    -- Checked before the person is looked up, so that callers who may not grant do not learn who
    -- exists.
    perform rbac.assert_may_assign(v_role_id, p_scope_type, p_scope_id, p_expires_at);
    if not exists (select from public.profiles where id = p_user_id and erased_at is null) then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;

    -- The grant is its own key: granting again changes its reason and its end, if they differ.
    insert into rbac.user_roles as ur (
        user_id, role_id, scope_type, scope_id, assigned_by, reason, expires_at
    ) values (
        p_user_id,
        v_role_id,
        p_scope_type,
        p_scope_id,
        (select p.id from public.profiles as p where p.id = auth.uid()),
        p_reason,
        p_expires_at
    )
    on conflict (user_id, role_id, scope_type, scope_id) do update
    set
        assigned_by = excluded.assigned_by,
        reason = excluded.reason,
        expires_at = excluded.expires_at
    where (ur.reason, ur.expires_at) is distinct from (excluded.reason, excluded.expires_at)
    returning id into v_grant_id;
    if v_grant_id is null then
        select id into strict v_grant_id
        from rbac.user_roles
        where
            user_id = p_user_id
            and role_id = v_role_id
            and scope_type = p_scope_type
            and scope_id is not distinct from p_scope_id;
    end if;
    return v_grant_id;
end;
$$;

comment on function rbac.grant_role(uuid, text, text, text, uuid, timestamptz) is
'Gives a person a role, or changes the end of one they hold.

Definer, because nobody writes rbac.user_roles directly. The grant is logged by its trigger.

Args: p_user_id: the person; p_role: the role''s name; p_reason: required; p_scope_type: global,
school, course or engagement; p_scope_id: its id, null for global; p_expires_at: null for no end.
Returns: id of the grant; granting the same again returns the same id.
Raises: PT400 role.reason_required, PT400 role.scope_invalid, PT400 role.expiry_in_past, PT403 role.self_grant, PT404
role.not_found, PT403 role.grant_denied, PT403 role.outlasts_granter, PT403 role.exceeds_granter, PT404 user.not_found, PT409
role.last_holder.
Caller: staff with role.grant and every permission of the role; service.';

revoke all on function rbac.grant_role(uuid, text, text, text, uuid, timestamptz) from public;
grant execute on function rbac.grant_role(uuid, text, text, text, uuid, timestamptz)
to staff, service_role;
