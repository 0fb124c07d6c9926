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
'The publication they read, until they adopt a newer one.';
comment on column api.my_enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. No row: never enrolled.';
comment on column api.my_enrollments.source is
'The source of their access when they enrolled: free, role, purchase, subscription, referral, '
'grant, test or teacher; or staff, if staff enrolled them.';
comment on column api.my_enrollments.ended_at is
'When it was dropped or expired.';
comment on column api.my_enrollments.expires_at is
'The time from which it no longer counts; null: none.';

revoke all on api.my_enrollments from public, anon, authenticated, staff, service_role;
grant select on api.my_enrollments to authenticated, staff;
