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
    e.updated_at
from learn.enrollments as e
where e.user_id = (select auth.uid());

comment on view api.my_enrollments is
'The courses that the caller takes or took.';
comment on column api.my_enrollments.version_id is
'The publication they read, until they take up a newer one.';
comment on column api.my_enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. Without a row: never '
'enrolled.';
comment on column api.my_enrollments.source is
'What opened the course when they enrolled: free, role, purchase, subscription, referral, grant, '
'test, teacher, or staff who enrolled them.';
comment on column api.my_enrollments.ended_at is
'When it was dropped or expired.';
comment on column api.my_enrollments.expires_at is
'From when it no longer counts; null: never.';

revoke all on api.my_enrollments from public, anon, authenticated, staff, service_role;
grant select on api.my_enrollments to authenticated, staff;
