create or replace view gamification.user_xp_sources with (security_invoker = true) as
with sources as (
    select distinct
        x.source_type,
        x.action_type,
        x.slot
    from gamification.xp_sources as x
)

select
    u.user_id,
    s.source_type,
    s.action_type,
    u.credits[s.slot] as credits,
    u.credited_at[s.slot] as last_credited_at,
    u.xp_on_day[s.slot] as xp_on_day
from gamification.user_xp as u
inner join sources as s on u.credits[s.slot] is not null;

comment on view gamification.user_xp_sources is
'How often and when each person earned XP from each source.';
comment on column gamification.user_xp_sources.credits is 'Credits that were not reversed.';
comment on column gamification.user_xp_sources.xp_on_day is
'XP earned from the source on the day (UTC) of last_credited_at.';

revoke all on gamification.user_xp_sources
from public, anon, authenticated, staff, service_role;
