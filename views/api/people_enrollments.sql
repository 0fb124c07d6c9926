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
    e.updated_at
from learn.enrollments as e;

comment on view api.people_enrollments is
'Who takes which course, for those who teach it and staff with progress.read_any.';
comment on column api.people_enrollments.version_id is
'The publication they read, until they take up a newer one.';
comment on column api.people_enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. Without a row: never '
'enrolled.';
comment on column api.people_enrollments.source is
'What opened the course when they enrolled: free, role, purchase, subscription, referral, grant, '
'test, teacher, or staff who enrolled them.';
comment on column api.people_enrollments.ended_at is
'When it was dropped or expired.';
comment on column api.people_enrollments.expires_at is
'From when it no longer counts; null: never.';

revoke all on api.people_enrollments from public, anon, authenticated, staff, service_role;
grant select on api.people_enrollments to staff, service_role;
