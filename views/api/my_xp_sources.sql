create or replace view api.my_xp_sources with (security_invoker = true) as
select
    s.user_id,
    s.source_type,
    s.action_type,
    s.credits,
    s.last_credited_at,
    s.credited_on,
    s.xp_on_day
from gamification.user_xp_sources as s
where s.user_id = (select auth.uid());

comment on view api.my_xp_sources is
'How often and when the caller earned of each source.';

revoke all on api.my_xp_sources from public, anon, authenticated, staff, service_role;
grant select on api.my_xp_sources to authenticated, staff;
