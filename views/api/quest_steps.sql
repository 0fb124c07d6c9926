create or replace view api.quest_steps with (security_invoker = true) as
select
    s.id,
    s.quest_id,
    s.step_order,
    s.title,
    s.target,
    s.created_at,
    s.updated_at
from gamification.quest_steps as s;

comment on view api.quest_steps is
'Steps of quests.';

revoke all on api.quest_steps from public, anon, authenticated, staff, service_role;
grant select on api.quest_steps to anon, authenticated, staff, service_role;
grant insert (quest_id, step_order, title, target) on api.quest_steps to staff, service_role;
grant update (step_order, title, target) on api.quest_steps to staff, service_role;
grant delete on api.quest_steps to staff, service_role;
