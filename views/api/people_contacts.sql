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

revoke all on api.people_contacts from public, anon, authenticated, staff, service_role;
grant select on api.people_contacts to staff, service_role;
grant update (
    first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country
) on api.people_contacts to service_role;
