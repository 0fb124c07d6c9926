create or replace view api.live_session_links with (security_invoker = true) as
select
    k.session_id,
    k.course_id,
    k.join_url,
    k.recording_url,
    k.created_at,
    k.updated_at
from learn.live_session_links as k;

comment on view api.live_session_links is
'Addresses and recordings of meetings, for those who teach the course.';

revoke all on api.live_session_links from public, anon, authenticated, staff, service_role;
grant select on api.live_session_links to staff, service_role;
grant insert (session_id, join_url, recording_url) on api.live_session_links to staff, service_role;
grant update (join_url, recording_url) on api.live_session_links to staff, service_role;
