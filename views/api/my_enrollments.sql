create or replace view api.my_enrollments with (security_invoker = true) as
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
from learn.enrollments as e
where e.user_id = (select auth.uid());

comment on view api.my_enrollments is
'The courses that the caller takes or took.';

revoke all on api.my_enrollments from public, anon, authenticated, staff, service_role;
grant select on api.my_enrollments to authenticated, staff;
