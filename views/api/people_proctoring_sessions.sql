create or replace view api.people_proctoring_sessions with (security_invoker = true) as
select
    s.attempt_id,
    s.user_id,
    s.course_id,
    s.event_count,
    s.screenshot_ids,
    s.analysis,
    s.created_at,
    s.updated_at
from learn.proctoring_sessions as s;

comment on view api.people_proctoring_sessions is
'Proctoring of attempts, for those who teach the course and staff with progress.read_any. Back '
'ends write the analysis.';

revoke all on api.people_proctoring_sessions from public, anon, authenticated, staff, service_role;
grant select on api.people_proctoring_sessions to staff, service_role;
grant update (analysis) on api.people_proctoring_sessions to service_role;
