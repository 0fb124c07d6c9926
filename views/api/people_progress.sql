create or replace view api.people_progress with (security_invoker = true) as
select
    p.user_id,
    p.lesson_id,
    p.course_id,
    p.status,
    p.started_at,
    p.completed_at,
    p.watch_time_sec,
    p.last_position_sec,
    p.last_activity_at
from learn.user_progress as p;

comment on view api.people_progress is
'How far learners are in lessons, for those who teach them and staff with progress.read_any.';
comment on column api.people_progress.course_id is
'The course of the enrolment; it stays the same for the learner if the lesson moves.';
comment on column api.people_progress.status is
'in_progress or completed.';
comment on column api.people_progress.watch_time_sec is
'Seconds watched or read, at most a few times as fast as the clock.';
comment on column api.people_progress.last_position_sec is
'Where to resume: seconds from the start.';

revoke all on api.people_progress from public, anon, authenticated, staff, service_role;
grant select on api.people_progress to staff, service_role;
