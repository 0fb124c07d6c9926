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

revoke all on api.my_contacts from public, anon, authenticated, staff, service_role;
grant select on api.my_contacts to authenticated, staff;
grant update (
    first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country
) on api.my_contacts to authenticated, staff;
