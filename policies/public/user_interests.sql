revoke all on public.user_interests from public, anon, authenticated, staff, service_role;
grant select on public.user_interests to authenticated, staff;
grant insert (interest) on public.user_interests to authenticated, staff;
grant delete on public.user_interests to authenticated, staff;
grant select, insert, delete on public.user_interests to service_role;

create policy user_interests_select_own on public.user_interests
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_interests_select_own on public.user_interests is
'Users read their own interests.';

create policy user_interests_select_staff on public.user_interests
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'profile.read_any'))
);

comment on policy user_interests_select_staff on public.user_interests is
'Staff with profile.read_any read everyone''s.';

create policy user_interests_insert_own on public.user_interests
for insert to authenticated
with check (user_id = (select auth.uid()));

comment on policy user_interests_insert_own on public.user_interests is
'Users add their own interests.';

create policy user_interests_insert_staff on public.user_interests
for insert to staff
with check (user_id = (select auth.uid()));

comment on policy user_interests_insert_staff on public.user_interests is
'Staff add their own interests.';

create policy user_interests_delete_own on public.user_interests
for delete to authenticated
using (user_id = (select auth.uid()));

comment on policy user_interests_delete_own on public.user_interests is
'Users remove their own interests.';

create policy user_interests_delete_staff on public.user_interests
for delete to staff
using (user_id = (select auth.uid()));

comment on policy user_interests_delete_staff on public.user_interests is
'Staff remove their own interests.';
