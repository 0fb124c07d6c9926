create or replace function public.create_profile_for_login() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform public.ensure_profile(
        new.id, new.email, coalesce(new.is_anonymous, false), new.raw_user_meta_data
    );
    return null;
end;
$$;

comment on function public.create_profile_for_login() is
'Gives a new login its profile, settings, contacts and first role, in the same transaction.

Definer, because the auth server writes no table of ours.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function public.create_profile_for_login() from public;

create or replace trigger trg_users_create_profile_for_login
after insert on auth.users
for each row execute function public.create_profile_for_login();
