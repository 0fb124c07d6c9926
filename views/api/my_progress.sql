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

revoke all on api.my_progress from public, anon, authenticated, staff, service_role;
grant select on api.my_progress to authenticated, staff;
