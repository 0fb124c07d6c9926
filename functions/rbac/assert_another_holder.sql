create or replace function rbac.assert_another_holder(p_role_id uuid, p_user_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- An update instead of a lock: if two people remove each other at once, in repeatable read a
    -- mere lock would still let both see the other; the update makes one of them fail.
    update rbac.roles set updated_at = now() where id = p_role_id and is_indispensable;
    if found and not exists (
        select
        from rbac.user_roles as ur
        inner join rbac.active_people as ap on ur.user_id = ap.user_id
        where
            ur.role_id = p_role_id
            and ur.user_id <> p_user_id
            and ur.scope_type = 'global'
            and ur.expires_at is null
    ) then
        raise sqlstate 'PT409' using
            message = 'this is the last person who holds the role',
            detail = 'role.last_holder',
            hint = 'Give the role to someone else first, without an end.';
    end if;
end;
$$;

comment on function rbac.assert_another_holder(uuid, uuid) is
'Refuses if only one person holds an indispensable role globally and without an end. Other roles
pass.

Args: p_role_id: the role; p_user_id: the person about to lose it.
Raises: PT409 role.last_holder.
Caller: rbac.protect_last_holder() and rbac.protect_last_active_holder().';

revoke all on function rbac.assert_another_holder(uuid, uuid) from public;
