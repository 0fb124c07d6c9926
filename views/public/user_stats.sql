create or replace view public.user_stats with (security_invoker = true) as
select
    x.user_id,
    x.total_xp,
    x.current_level,
    x.current_xp_in_level,
    x.last_event_at,
    x.next_level_at - x.total_xp as xp_to_next
from gamification.user_xp as x;

comment on view public.user_stats is
'XP and level of each person. People who may read the account may read this.';
comment on column public.user_stats.xp_to_next is 'XP missing to the next level; null at the top.';
comment on column public.user_stats.last_event_at is 'When the XP last changed.';

revoke all on public.user_stats from public, anon, authenticated, staff, service_role;
grant select on public.user_stats to authenticated, staff, service_role;
