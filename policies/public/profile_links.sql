revoke all on public.profile_links from public, anon, authenticated, staff, service_role;
grant select on public.profile_links to anon, authenticated, staff;
grant insert (kind, url, label, link_order) on public.profile_links to authenticated, staff;
grant update (kind, url, label, link_order) on public.profile_links to authenticated, staff;
grant delete on public.profile_links to authenticated, staff;
grant select, insert, update, delete on public.profile_links to service_role;

create policy profile_links_select_public on public.profile_links
for select to anon
using (is_listed);

comment on policy profile_links_select_public on public.profile_links is
'Anyone sees links of people who want to be seen.';

create policy profile_links_select_own on public.profile_links
for select to authenticated
using (is_listed or user_id = (select auth.uid()));

comment on policy profile_links_select_own on public.profile_links is
'Users see their own links, and those of people who want to be seen.';

create policy profile_links_select_staff on public.profile_links
for select to staff
using (
    is_listed
    or user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'profile.read_any'))
);

comment on policy profile_links_select_staff on public.profile_links is
'Staff with profile.read_any see everyone''s.';

create policy profile_links_insert_own on public.profile_links
for insert to authenticated
with check (user_id = (select auth.uid()));

comment on policy profile_links_insert_own on public.profile_links is
'Users add their own links.';

create policy profile_links_insert_staff on public.profile_links
for insert to staff
with check (user_id = (select auth.uid()));

comment on policy profile_links_insert_staff on public.profile_links is
'Staff add their own links.';

create policy profile_links_update_own on public.profile_links
for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy profile_links_update_own on public.profile_links is
'Users change their own links.';

create policy profile_links_update_staff on public.profile_links
for update to staff
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy profile_links_update_staff on public.profile_links is
'Staff change their own links.';

create policy profile_links_delete_own on public.profile_links
for delete to authenticated
using (user_id = (select auth.uid()));

comment on policy profile_links_delete_own on public.profile_links is
'Users remove their own links.';

create policy profile_links_delete_staff on public.profile_links
for delete to staff
using (user_id = (select auth.uid()));

comment on policy profile_links_delete_staff on public.profile_links is
'Staff remove their own links.';
