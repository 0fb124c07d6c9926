create or replace view api.people_contacts with (security_invoker = true) as
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
from public.user_contacts as c;

comment on view api.people_contacts is
'How to reach people, for staff with contact.read_any and back ends.';
comment on column api.people_contacts.email is
'The login''s address; it changes with the login and cannot be changed here.';
comment on column api.people_contacts.email_key is
'email in lower case, for lookups.';
comment on column api.people_contacts.country is
'ISO 3166-1 alpha-2 of the postal address.';

revoke all on api.people_contacts from public, anon, authenticated, staff, service_role;
grant select on api.people_contacts to staff, service_role;
grant update (
    first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country
) on api.people_contacts to service_role;
