create or replace function public.set_contact_and_role_from_login() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.email is distinct from old.email then
        update public.user_contacts
        set email = case when length(new.email) <= 320 then new.email end
        where user_id = new.id;
    end if;
    -- An anonymous sign-in became a login: the role of new logins takes the place of the other.
    if old.is_anonymous and not new.is_anonymous then
        delete from rbac.user_roles as ur
        using rbac.roles as r
        where
            ur.user_id = new.id
            and ur.role_id = r.id
            and r.assigned_to_new = 'anonymous_login';
        insert into rbac.user_roles (user_id, role_id, reason)
        select new.id, r.id, 'login confirmed'
        from rbac.roles as r
        where
            r.assigned_to_new = 'login'
            and exists (select from public.profiles as p where p.id = new.id)
        on conflict (user_id, role_id, scope_type, scope_id) do nothing;
    end if;
    return null;
end;
$$;

comment on function public.set_contact_and_role_from_login() is
'Keeps the contact address equal to the login''s, and gives an anonymous sign-in that became a login
the role of new logins.

Definer, because the auth server writes no table of ours.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function public.set_contact_and_role_from_login() from public;

create or replace trigger trg_users_set_contact_and_role_from_login
after update on auth.users
for each row execute function public.set_contact_and_role_from_login();
