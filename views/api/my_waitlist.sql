create or replace view api.my_waitlist with (security_invoker = true) as
select
    w.id,
    w.user_id,
    w.course_id,
    w.cohort_id,
    w.status,
    w.created_at,
    w.ended_at
from learn.waitlist_entries as w
where w.user_id = (select auth.uid());

comment on view api.my_waitlist is
'Seats that the caller waits or waited for; my_waitlist_position returns their place.';

revoke all on api.my_waitlist from public, anon, authenticated, staff, service_role;
grant select on api.my_waitlist to authenticated, staff;
