create or replace view api.people_xp_events with (security_invoker = true) as
select
    e.user_id,
    e.created_at,
    e.id,
    e.seq,
    e.source_type,
    e.action_type,
    e.source_version,
    e.xp_delta,
    e.xp_before,
    e.xp_after,
    e.level_before,
    e.level_after,
    e.reference
from gamification.xp_events as e;

comment on view api.people_xp_events is
'Everyone''s changes of XP; filter by user_id, for staff with xp.read_any and back ends.';
comment on column api.people_xp_events.seq is
'Numbers a person''s events from 1 without gaps, in the order they took effect.';
comment on column api.people_xp_events.created_at is
'When the transaction began.';
comment on column api.people_xp_events.source_version is
'Version of the source; null: a reward, a reversal or an opening balance.';

revoke all on api.people_xp_events from public, anon, authenticated, staff, service_role;
grant select on api.people_xp_events to staff, service_role;
