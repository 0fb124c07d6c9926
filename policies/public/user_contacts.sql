-- The address of the login follows auth.users and is not for clients to change.
revoke all on public.user_contacts from public, anon, authenticated, staff, service_role;
grant select on public.user_contacts to authenticated, staff;
grant update (
    first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country
) on public.user_contacts to authenticated, staff;
grant select, insert, update on public.user_contacts to service_role;

create policy user_contacts_select_own on public.user_contacts
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_contacts_select_own on public.user_contacts is
'Users read their own contacts.';

create policy user_contacts_select_staff on public.user_contacts
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'contact.read_any'))
);

comment on policy user_contacts_select_staff on public.user_contacts is
'Staff with contact.read_any read everyone''s.';

create policy user_contacts_update_own on public.user_contacts
for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy user_contacts_update_own on public.user_contacts is
'Users change their own contacts.';

create policy user_contacts_update_staff on public.user_contacts
for update to staff
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy user_contacts_update_staff on public.user_contacts is
'Staff change their own contacts.';
