create or replace view api.my_attempts with (security_invoker = true) as
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
from learn.user_assessment_attempts as t
where t.user_id = (select auth.uid());

comment on view api.my_attempts is
'The caller''s attempts at assessments.';

revoke all on api.my_attempts from public, anon, authenticated, staff, service_role;
grant select on api.my_attempts to authenticated, staff;
