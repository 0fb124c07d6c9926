create or replace view api.people_waitlist with (security_invoker = true) as
select
    w.id,
    w.entry_no,
    w.user_id,
    w.course_id,
    w.cohort_id,
    w.source,
    w.expires_at,
    w.status,
    w.created_at,
    w.ended_at
from learn.waitlist_entries as w;

comment on view api.people_waitlist is
'People who wait for a seat, for those who teach the course and staff with progress.read_any.';

revoke all on api.people_waitlist from public, anon, authenticated, staff, service_role;
grant select on api.people_waitlist to staff, service_role;
