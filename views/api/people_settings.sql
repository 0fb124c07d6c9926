create or replace view api.people_settings with (security_invoker = true) as
select
    s.user_id,
    s.notification_settings,
    s.privacy_settings,
    s.learning_preferences,
    s.created_at,
    s.updated_at
from public.user_settings as s;

comment on view api.people_settings is
'Everyone''s preferences, for staff with profile.read_any and back ends.';

revoke all on api.people_settings from public, anon, authenticated, staff, service_role;
grant select on api.people_settings to staff, service_role;
grant update (
    notification_settings, privacy_settings, learning_preferences
) on api.people_settings to service_role;
