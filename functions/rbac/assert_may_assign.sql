create or replace function rbac.assert_may_assign(
    p_role_id uuid,
    p_scope_type text,
    p_scope_id uuid,
    p_expires_at timestamptz
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor uuid := auth.uid();
    v_excess text;
begin
    if util.is_service() then
        return;
    end if;
    -- One change at a time: a caller who is losing a role at this moment waits and then no longer
    -- has it, and two people who revoke each other's roles do not deadlock.
    perform pg_advisory_xact_lock(hashtextextended('rbac.user_roles', 0));
    if not coalesce(
        rbac.has_permission_in(v_actor, 'role.grant', p_scope_type, p_scope_id), false
    ) then
        raise sqlstate 'PT403' using
            message = 'you may not assign roles in this scope',
            detail = 'role.grant_denied',
            hint = 'Ask someone who holds the permission role.grant.';
    end if;

    -- Not for longer than the right itself either: otherwise one accomplice could undo its end.
    if not exists (
        select
        from rbac.effective_permissions as ep
        where
            ep.user_id = v_actor
            and ep.permission = 'role.grant'
            and (
                ep.scope_type = 'global'
                or (ep.scope_type = p_scope_type and ep.scope_id = p_scope_id)
            )
            and coalesce(ep.expires_at, 'infinity') >= coalesce(p_expires_at, 'infinity')
    ) then
        raise sqlstate 'PT403' using
            message = 'the role would last longer than your right to assign it',
            detail = 'role.outlasts_granter',
            hint = 'Give the role an end that is not after the end of your own.';
    end if;

    -- Permissions that the role will give later count too; otherwise a grant could be made ahead of
    -- time.
    select p.name into v_excess
    from rbac.role_permissions as rp
    inner join rbac.permissions as p on rp.permission_id = p.id
    where
        rp.role_id = p_role_id
        and (rp.valid_to is null or rp.valid_to > now())
        and not rbac.has_permission_in(v_actor, p.name, p_scope_type, p_scope_id)
    order by p.name
    limit 1;
    if v_excess is not null then
        raise sqlstate 'PT403' using
            message = format('the role gives %s, which you do not have', v_excess),
            detail = 'role.exceeds_granter',
            hint = 'Ask someone who has every permission of the role.';
    end if;
end;
$$;

comment on function rbac.assert_may_assign(uuid, text, uuid, timestamptz) is
'Refuses a caller who may not give or take a role in a scope.

Args: p_role_id: the role; p_scope_type, p_scope_id: where; p_expires_at: until when, null for no end.
Raises: PT403 role.grant_denied, PT403 role.outlasts_granter, PT403 role.exceeds_granter.
Caller: rbac.grant_role() and rbac.revoke_role().';

revoke all on function rbac.assert_may_assign(uuid, text, uuid, timestamptz) from public;
