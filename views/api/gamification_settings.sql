create or replace view api.gamification_settings with (security_invoker = true) as
select
    s.key,
    s.value,
    s.description,
    s.created_at,
    s.updated_at
from gamification.settings as s;

comment on view api.gamification_settings is
'Limits of the game, for staff with gamification.manage and back ends.';

revoke all on api.gamification_settings from public, anon, authenticated, staff, service_role;
grant select on api.gamification_settings to staff, service_role;
grant insert (key, value, description) on api.gamification_settings to staff, service_role;
grant update (value, description) on api.gamification_settings to staff, service_role;
grant delete on api.gamification_settings to staff, service_role;
