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
comment on column api.people_attempts.course_id is
'The course of the enrolment.';
comment on column api.people_attempts.status is
'open, submitted (a person grades) or graded.';
comment on column api.people_attempts.deadline_at is
'By the server''s clock; null: none. Later answers are ignored.';
comment on column api.people_attempts.was_late is
'Whether the deadline ended it; then the saved answers count.';
comment on column api.people_attempts.answers is
'{item id: answer}, as learn.save_answers() describes them.';

revoke all on api.people_attempts from public, anon, authenticated, staff, service_role;
grant select on api.people_attempts to staff, service_role;
