create or replace view api.my_live_sessions with (security_invoker = true) as
select
    p.session_id,
    p.user_id,
    p.course_id,
    p.role,
    p.joined_at,
    p.left_at,
    p.attended_sec
from learn.live_session_participants as p
where p.user_id = (select auth.uid());

comment on view api.my_live_sessions is
'Meetings that the caller took part in.';
comment on column api.my_live_sessions.course_id is
'A copy of live_sessions.course_id.';
comment on column api.my_live_sessions.role is
'host (a teacher of the course) or learner.';
comment on column api.my_live_sessions.joined_at is
'When they last joined.';
comment on column api.my_live_sessions.left_at is
'When they last left; null: still there.';
comment on column api.my_live_sessions.attended_sec is
'Seconds of earlier stays; a stay that has not ended is not counted.';

revoke all on api.my_live_sessions from public, anon, authenticated, staff, service_role;
grant select on api.my_live_sessions to authenticated, staff;
