create or replace view api.people_attempts with (security_invoker = true) as
select
    t.id,
    t.assessment_id,
    t.version_id,
    t.user_id,
    t.course_id,
    t.attempt_no,
    t.status,
    t.started_at,
    t.deadline_at,
    t.submitted_at,
    t.was_late,
    t.answers,
    t.updated_at
from learn.user_assessment_attempts as t;

comment on view api.people_attempts is
'Attempts at assessments, for those who teach the course and staff with progress.read_any. Status '
'submitted means that it waits to be graded.';

revoke all on api.people_attempts from public, anon, authenticated, staff, service_role;
grant select on api.people_attempts to staff, service_role;
