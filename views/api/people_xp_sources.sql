create or replace view api.people_xp_sources with (security_invoker = true) as
select
    s.user_id,
    s.source_type,
    s.action_type,
    s.credits,
    s.last_credited_at,
    s.credited_on,
    s.xp_on_day
from gamification.user_xp_sources as s;

comment on view api.people_xp_sources is
'Everyone''s counts of credits by source, for staff with xp.read_any and back ends.';

revoke all on api.people_xp_sources from public, anon, authenticated, staff, service_role;
grant select on api.people_xp_sources to staff, service_role;
