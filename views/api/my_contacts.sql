create or replace view api.my_contacts with (security_invoker = true) as
select
    c.user_id,
    c.first_name,
    c.last_name,
    c.email,
    c.email_key,
    c.phone,
    c.birth_date,
    c.address_line,
    c.postal_code,
    c.city,
    c.region,
    c.country,
    c.created_at,
    c.updated_at
from public.user_contacts as c
where c.user_id = (select auth.uid());

comment on view api.my_contacts is
'How to reach the caller: one row, private.';
comment on column api.my_contacts.email is
'The login''s address; it changes with the login and cannot be changed here.';
comment on column api.my_contacts.email_key is
'email in lower case, for lookups.';
comment on column api.my_contacts.country is
'ISO 3166-1 alpha-2 of the postal address.';

revoke all on api.my_contacts from public, anon, authenticated, staff, service_role;
grant select on api.my_contacts to authenticated, staff;
grant update (
    first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country
) on api.my_contacts to authenticated, staff;
