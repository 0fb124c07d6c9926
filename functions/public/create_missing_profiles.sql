create or replace function public.create_missing_profiles() returns bigint
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with made as (
        select
            public.ensure_profile(
                u.id, u.email, coalesce(u.is_anonymous, false), u.raw_user_meta_data
            ) as is_new
        from auth.users as u
        left join public.profiles as p on u.id = p.id
        where u.deleted_at is null and p.id is null
    )

    select count(*)
    from made
    where made.is_new;
end;

comment on function public.create_missing_profiles() is
'Gives logins that are older than the package their profile, settings, contacts and first role.

Definer, because only the owner writes all of these. Run it once after the first migrate.

Returns: how many logins got theirs; 0 when run again.
Caller: service.';

revoke all on function public.create_missing_profiles() from public;
grant execute on function public.create_missing_profiles() to service_role;
