create or replace view api.live_session_participants with (security_invoker = true) as
select
    p.session_id,
    p.user_id,
    p.course_id,
    p.role,
    p.joined_at,
    p.left_at,
    p.attended_sec
from learn.live_session_participants as p;

comment on view api.live_session_participants is
'People who took part in meetings, for those who teach the course and staff with '
'progress.read_any.';

revoke all on api.live_session_participants from public, anon, authenticated, staff, service_role;
grant select on api.live_session_participants to staff, service_role;
