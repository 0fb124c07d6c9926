create or replace function rbac.protect_last_active_holder() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform rbac.assert_another_holder(ur.role_id, ur.user_id)
    from rbac.user_roles as ur
    where ur.user_id = old.id and ur.scope_type = 'global' and ur.expires_at is null;
    return coalesce(new, old);
end;
$$;

comment on function rbac.protect_last_active_holder() is
'Refuses to suspend, close, erase, ban or delete the last person who holds an indispensable role.

Definer, because it must see all holders.

Returns: the row, as a BEFORE trigger.
Raises: PT409 role.last_holder.
Caller: triggers only.';

revoke all on function rbac.protect_last_active_holder() from public;

create or replace trigger trg_profiles_protect_last_active_holder
before update of status on public.profiles
for each row when (old.status = 'active' and new.status <> 'active')
execute function rbac.protect_last_active_holder();

create or replace trigger trg_users_protect_last_active_holder
before update of deleted_at, banned_until on auth.users
for each row when (
    (old.deleted_at is null and new.deleted_at is not null)
    or (new.banned_until > now() and new.banned_until is distinct from old.banned_until)
)
execute function rbac.protect_last_active_holder();

create or replace trigger trg_users_protect_last_deleted_holder
before delete on auth.users
for each row execute function rbac.protect_last_active_holder();
