create or replace view api.people_proctoring_events with (security_invoker = true) as
select
    e.id,
    e.attempt_id,
    e.user_id,
    e.course_id,
    e.violation_type,
    e.details,
    e.file_id,
    e.occurred_at
from learn.proctoring_events as e;

comment on view api.people_proctoring_events is
'Reports of browsers during proctored attempts, for those who teach the course and staff with '
'progress.read_any.';

revoke all on api.people_proctoring_events from public, anon, authenticated, staff, service_role;
grant select on api.people_proctoring_events to staff, service_role;
