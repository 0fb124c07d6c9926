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

    perform rbac.assert_another_holder(old.role_id, old.user_id);
    return coalesce(new, old);
end;
$$;

comment on function rbac.protect_last_holder() is
'Refuses to take an indispensable role from its last holder, however it is tried.

Definer, because it must see all holders.

Returns: the row, as a BEFORE trigger.
Raises: PT409 role.last_holder.
Caller: triggers only.';

revoke all on function rbac.protect_last_holder() from public;

create or replace trigger trg_user_roles_protect_last_holder
before update or delete on rbac.user_roles
for each row execute function rbac.protect_last_holder();
