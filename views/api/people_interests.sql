create or replace view api.people_interests with (security_invoker = true) as
select
    i.user_id,
    i.interest,
    i.interest_key,
    i.created_at
from public.user_interests as i;

comment on view api.people_interests is
'Topics that everyone wants to learn about, for staff with profile.read_any and back ends.';

revoke all on api.people_interests from public, anon, authenticated, staff, service_role;
grant select on api.people_interests to staff, service_role;
grant insert (user_id, interest) on api.people_interests to service_role;
grant delete on api.people_interests to service_role;
