create or replace view api.live_sessions with (security_invoker = true) as
select
    s.id,
    s.course_id,
    s.lesson_id,
    s.cohort_id,
    s.host_id,
    s.title,
    s.description,
    s.scheduled_at,
    s.duration_sec,
    s.max_participants,
    s.status,
    s.started_at,
    s.ended_at,
    s.created_at,
    s.updated_at
from learn.live_sessions as s;

comment on view api.live_sessions is
'Meetings of courses that the caller takes or teaches; join_live_session returns their addresses.';

revoke all on api.live_sessions from public, anon, authenticated, staff, service_role;
grant select on api.live_sessions to authenticated, staff, service_role;
grant insert (
    course_id, lesson_id, cohort_id, title, description, scheduled_at, duration_sec,
    max_participants
) on api.live_sessions to staff;
grant insert (
    host_id, course_id, lesson_id, cohort_id, title, description, scheduled_at, duration_sec,
    max_participants
) on api.live_sessions to service_role;
grant update (
    lesson_id, cohort_id, title, description, scheduled_at, duration_sec, max_participants
) on api.live_sessions to staff, service_role;
