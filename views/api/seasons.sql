create or replace view api.seasons with (security_invoker = true) as
select
    s.id,
    s.key,
    s.title,
    s.starts_at,
    s.ends_at,
    s.rewards,
    s.closed_at,
    s.created_at,
    s.updated_at
from gamification.seasons as s;

comment on view api.seasons is
'Periods with a ranking of their own; leaderboard shows it.';
comment on column api.seasons.ends_at is
'First moment after the season; null: it never ends.';
comment on column api.seasons.rewards is
'[{"up_to_rank": 1, "reward": "gold_frame"}, ...]';
comment on column api.seasons.closed_at is
'When final ranks were settled; null: open.';

revoke all on api.seasons from public, anon, authenticated, staff, service_role;
grant select on api.seasons to anon, authenticated, staff, service_role;
grant insert (key, title, starts_at, ends_at, rewards) on api.seasons to staff, service_role;
grant update (title, rewards) on api.seasons to staff, service_role;
grant delete on api.seasons to staff, service_role;
