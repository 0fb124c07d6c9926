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
comment on column api.my_attempts.course_id is
'The course of the enrolment.';
comment on column api.my_attempts.status is
'open, submitted (a person grades) or graded.';
comment on column api.my_attempts.deadline_at is
'By the server''s clock; null: none. Later answers are ignored.';
comment on column api.my_attempts.was_late is
'Whether the deadline ended it; then the saved answers count.';
comment on column api.my_attempts.answers is
'{item id: answer}, as learn.save_answers() describes them.';

revoke all on api.my_attempts from public, anon, authenticated, staff, service_role;
grant select on api.my_attempts to authenticated, staff;
