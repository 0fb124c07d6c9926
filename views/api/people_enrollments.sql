create or replace view api.people_enrollments with (security_invoker = true) as
select
    e.id,
    e.user_id,
    e.course_id,
    e.version_id,
    e.cohort_id,
    e.status,
    e.source,
    e.enrolled_at,
    e.completed_at,
    e.ended_at,
    e.expires_at,
    e.due_from,
    e.completed_version_id,
    e.updated_at
from learn.enrollments as e;

comment on view api.people_enrollments is
'Enrolments in courses, for those who teach them and staff with progress.read_any.';

revoke all on api.people_enrollments from public, anon, authenticated, staff, service_role;
grant select on api.people_enrollments to staff, service_role;
