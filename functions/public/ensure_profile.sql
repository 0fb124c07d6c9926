create or replace function public.ensure_profile(
    p_user_id uuid,
    p_email text,
    p_is_anonymous boolean,
    p_metadata jsonb
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Random and not made from the id, so that nobody can take the name before its owner comes.
    v_username text := 'user_' || left(replace(gen_random_uuid()::text, '-', ''), 20);
    -- People write their own metadata, so only values that fit are used: a bad value must not keep
    -- anyone from signing up.
    v_name text := nullif(
        btrim(
            left(
                regexp_replace(left(p_metadata ->> 'display_name', 400), '[[:space:][:cntrl:]]+', ' ', 'g'),
                80
            )
        ),
        ''
    );
    v_locale text := substring(p_metadata ->> 'locale' from '^[a-z]{2,3}(?:-[A-Z]{2})?$');
begin
    insert into public.profiles (id, username, display_name, locale)
    values (p_user_id, v_username, coalesce(v_name, v_username), coalesce(v_locale, 'en'))
    on conflict (id) do nothing;
    if not found then
        return false;
    end if;
    insert into public.user_settings (user_id) values (p_user_id);
    insert into public.user_contacts (user_id, email)
    values (p_user_id, case when length(p_email) <= 320 then p_email end);
    insert into rbac.user_roles (user_id, role_id, reason)
    select p_user_id, r.id, 'new login'
    from rbac.roles as r
    where r.assigned_to_new = case when p_is_anonymous then 'anonymous_login' else 'login' end;
    return true;
end;
$$;

comment on function public.ensure_profile(uuid, text, boolean, jsonb) is
'Makes profile, settings, contacts and first role of a login, unless it has them.

Args: p_user_id: the login; p_email: its address or null; p_is_anonymous: an anonymous sign-in;
p_metadata: what the person gave at sign-up (display_name, locale), or null.
Returns: whether anything was made.
Caller: public.create_profile_for_login() and public.create_missing_profiles().';

revoke all on function public.ensure_profile(uuid, text, boolean, jsonb) from public;
