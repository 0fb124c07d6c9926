create or replace view api.my_progress with (security_invoker = true) as
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
from learn.user_progress as p
where p.user_id = (select auth.uid());

comment on view api.my_progress is
'How far the caller is in the lessons they began.';
comment on column api.my_progress.course_id is
'The course of the enrolment; it stays the same for the learner if the lesson moves.';
comment on column api.my_progress.status is
'in_progress or completed.';
comment on column api.my_progress.watch_time_sec is
'Seconds watched or read, at most a few times as fast as the clock.';
comment on column api.my_progress.last_position_sec is
'Where to resume: seconds from the start.';

revoke all on api.my_progress from public, anon, authenticated, staff, service_role;
grant select on api.my_progress to authenticated, staff;
