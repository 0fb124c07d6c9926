create or replace view api.quests with (security_invoker = true) as
select
    q.id,
    q.key,
    q.title,
    q.description,
    q.recurrence,
    q.is_ordered,
    q.xp_reward,
    q.is_active,
    q.starts_at,
    q.ends_at,
    q.created_at,
    q.updated_at
from gamification.quests as q;

comment on view api.quests is
'Tasks in steps that are rewarded when all are done.';
comment on column api.quests.recurrence is
'once, daily or weekly, by the calendar of the person.';

revoke all on api.quests from public, anon, authenticated, staff, service_role;
grant select on api.quests to anon, authenticated, staff, service_role;
grant insert (
    key, title, description, recurrence, is_ordered, xp_reward, is_active, starts_at, ends_at
) on api.quests to staff, service_role;
grant update (
    title, description, xp_reward, is_active, starts_at, ends_at
) on api.quests to staff, service_role;
grant delete on api.quests to staff, service_role;
