create or replace view api.people_activity_days with (security_invoker = true) as
select
    d.user_id,
    d.day
from gamification.user_activity_days as d;

comment on view api.people_activity_days is
'Everyone''s active days, for staff with xp.read_any and back ends.';

revoke all on api.people_activity_days from public, anon, authenticated, staff, service_role;
grant select on api.people_activity_days to staff, service_role;
