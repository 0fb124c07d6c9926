create or replace view api.people_quests with (security_invoker = true) as
select
    q.user_id,
    q.quest_id,
    q.period_start,
    q.progress,
    q.completed_at,
    q.started_at
from gamification.user_quests as q;

comment on view api.people_quests is
'Everyone''s quests, for staff with xp.read_any and back ends.';
comment on column api.people_quests.progress is
'Times done by step_order: {"1": 3, "2": 0}.';
comment on column api.people_quests.period_start is
'First day of the day or week; 1970-01-01 if the quest does not recur.';

revoke all on api.people_quests from public, anon, authenticated, staff, service_role;
grant select on api.people_quests to staff, service_role;
