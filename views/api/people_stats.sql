create or replace view api.people_stats with (security_invoker = true) as
select
    x.user_id,
    x.total_xp,
    x.current_level,
    x.current_xp_in_level,
    x.last_event_at,
    x.next_level_at - x.total_xp as xp_to_next
from gamification.user_xp as x;

comment on view api.people_stats is
'Everyone''s XP and level, for staff with xp.read_any and back ends.';
comment on column api.people_stats.current_xp_in_level is 'XP above the minimum of the level.';
comment on column api.people_stats.xp_to_next is 'XP missing to the next level; null at the top.';
comment on column api.people_stats.last_event_at is 'When the XP last changed.';

revoke all on api.people_stats from public, anon, authenticated, staff, service_role;
grant select on api.people_stats to staff, service_role;
