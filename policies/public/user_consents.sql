-- Append only: nobody changes or removes a consent.
revoke all on public.user_consents from public, anon, authenticated, staff, service_role;
grant select on public.user_consents to authenticated, staff;
grant insert (document_key, document_version, is_granted, source)
on public.user_consents to authenticated, staff;
grant select, insert on public.user_consents to service_role;

create policy user_consents_select_own on public.user_consents
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_consents_select_own on public.user_consents is
'Users read their own consents.';

create policy user_consents_select_staff on public.user_consents
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'consent.read_any'))
);

comment on policy user_consents_select_staff on public.user_consents is
'Staff with consent.read_any read everyone''s.';

create policy user_consents_insert_own on public.user_consents
for insert to authenticated
with check (user_id = (select auth.uid()) and source in ('signup', 'settings', 'banner'));

comment on policy user_consents_insert_own on public.user_consents is
'Users add their own consents.';

create policy user_consents_insert_staff on public.user_consents
for insert to staff
with check (user_id = (select auth.uid()) and source in ('signup', 'settings', 'banner'));

comment on policy user_consents_insert_staff on public.user_consents is
'Staff add their own consents.';
