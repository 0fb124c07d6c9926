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
comment on column api.people_waitlist.entry_no is
'Rises in the order in which people came, as each takes it under the course''s lock.';
comment on column api.people_waitlist.cohort_id is
'Null: a seat in the course, in no cohort.';
comment on column api.people_waitlist.source is
'staff: staff enrolled them, and their access is not checked; null: it is checked when a seat is '
'free.';
comment on column api.people_waitlist.expires_at is
'When the enrolment is to end; null: as the cohort says.';
comment on column api.people_waitlist.status is
'waiting, enrolled (got a seat) or left (gave up).';

revoke all on api.people_waitlist from public, anon, authenticated, staff, service_role;
grant select on api.people_waitlist to staff, service_role;
