create or replace view api.my_activity_days with (security_invoker = true) as
select
    d.user_id,
    d.day
from gamification.user_activity_days as d
where d.user_id = (select auth.uid());

comment on view api.my_activity_days is
'Days of their own calendar on which the caller was active.';

revoke all on api.my_activity_days from public, anon, authenticated, staff, service_role;
grant select on api.my_activity_days to authenticated, staff;
