-- Made by public.ensure_profile() and never deleted. Clients do not set status and erasure.
revoke all on public.profiles from public, anon, authenticated, staff, service_role;
grant select (
    id, username, username_key, display_name, avatar_url, bio, country, is_listed, created_at
) on public.profiles to anon;
grant select on public.profiles to authenticated, staff;
grant update (
    username, display_name, avatar_url, bio, locale, time_zone, country, is_public
) on public.profiles to authenticated, staff;
grant select, insert, update on public.profiles to service_role;

create policy profiles_select_public on public.profiles
for select to anon
using (is_listed);

comment on policy profiles_select_public on public.profiles is
'Anyone sees people who want to be seen.';

create policy profiles_select_own on public.profiles
for select to authenticated
using (is_listed or id = (select auth.uid()));

comment on policy profiles_select_own on public.profiles is
'Users see themselves, and people who want to be seen.';

create policy profiles_select_staff on public.profiles
for select to staff
using (
    is_listed
    or id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'profile.read_any'))
);

comment on policy profiles_select_staff on public.profiles is
'Staff with profile.read_any see everyone.';

create policy profiles_update_own on public.profiles
for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

comment on policy profiles_update_own on public.profiles is
'Users edit their own profile; the grant limits the columns.';

create policy profiles_update_staff on public.profiles
for update to staff
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

comment on policy profiles_update_staff on public.profiles is
'Staff edit their own profile.';
