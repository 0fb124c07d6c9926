create or replace function rbac.protect_last_holder() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if old.scope_type <> 'global' or old.expires_at is not null then
        return coalesce(new, old);
    end if;
    if
        tg_op = 'UPDATE'
        and (new.user_id, new.role_id, new.scope_type) = (old.user_id, old.role_id, old.scope_type)
        and new.expires_at is null
    then
        return new;
    end if;

    -- An update and not a lock: two who take each other's role at once would, in repeatable read,
    -- both still see the other's grant after a mere lock; the update makes one of them fail.
    update rbac.roles set updated_at = now() where id = old.role_id and is_indispensable;
    if found and not exists (
        select
        from rbac.user_roles as ur
        inner join public.profiles as p on ur.user_id = p.id
        where
            ur.role_id = old.role_id
            and ur.id <> old.id
            and ur.scope_type = 'global'
            and ur.expires_at is null
            and p.status = 'active'
    ) then
        raise sqlstate 'PT409' using
            message = 'this is the last person who holds the role',
            detail = 'role.last_holder',
            hint = 'Give the role to someone else first, without an end.';
    end if;
    return coalesce(new, old);
end;
$$;

comment on function rbac.protect_last_holder() is
'Refuses to take an indispensable role from its last holder, by whatever path.

Definer, because it must see all holders.

Returns: the row, as a BEFORE trigger.
Raises: PT409 role.last_holder.
Caller: triggers only.';

revoke all on function rbac.protect_last_holder() from public;

create or replace trigger trg_user_roles_protect_last_holder
before update or delete on rbac.user_roles
for each row execute function rbac.protect_last_holder();
