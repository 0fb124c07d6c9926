create or replace view api.my_quests with (security_invoker = true) as
select
    q.user_id,
    q.quest_id,
    q.period_start,
    q.progress,
    q.completed_at,
    q.started_at
from gamification.user_quests as q
where q.user_id = (select auth.uid());

comment on view api.my_quests is
'How far the caller is in each quest.';
comment on column api.my_quests.progress is
'Times done by step_order: {"1": 3, "2": 0}.';
comment on column api.my_quests.period_start is
'First day of the day or week; 1970-01-01 if the quest does not recur.';

revoke all on api.my_quests from public, anon, authenticated, staff, service_role;
grant select on api.my_quests to authenticated, staff;
