create or replace view api.level_definitions with (security_invoker = true) as
select
    d.id,
    d.level,
    d.min_xp,
    d.title,
    d.created_at,
    d.updated_at
from gamification.level_definitions as d;

comment on view api.level_definitions is
'Levels and the XP that each requires.';

revoke all on api.level_definitions from public, anon, authenticated, staff, service_role;
grant select on api.level_definitions to anon, authenticated, staff, service_role;
grant insert (level, min_xp, title) on api.level_definitions to staff, service_role;
grant update (level, min_xp, title) on api.level_definitions to staff, service_role;
grant delete on api.level_definitions to staff, service_role;
