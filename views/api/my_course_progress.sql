create or replace view api.my_course_progress with (security_invoker = true) as
select
    p.id,
    p.user_id,
    p.course_id,
    p.version_id,
    p.status,
    p.enrolled_at,
    p.completed_at,
    p.total_lessons,
    p.completed_lessons,
    p.total_duration_sec,
    p.percent,
    p.last_activity_at
from learn.course_progress as p
where p.user_id = (select auth.uid());

comment on view api.my_course_progress is
'The caller''s courses and how far they are in each.';
comment on column api.my_course_progress.id is
'The enrolment.';
comment on column api.my_course_progress.version_id is
'The publication that the learner reads.';
comment on column api.my_course_progress.percent is
'Percent of the lessons that are completed, rounded down.';
comment on column api.my_course_progress.last_activity_at is
'Null: no lesson was begun.';

revoke all on api.my_course_progress from public, anon, authenticated, staff, service_role;
grant select on api.my_course_progress to authenticated, staff;
