create or replace view api.my_settings with (security_invoker = true) as
select
    s.user_id,
    s.notification_settings,
    s.privacy_settings,
    s.learning_preferences,
    s.created_at,
    s.updated_at
from public.user_settings as s
where s.user_id = (select auth.uid());

comment on view api.my_settings is
'The caller''s preferences: one row of JSON objects, at most 16 KiB each, whose keys the app '
'chooses.';

revoke all on api.my_settings from public, anon, authenticated, staff, service_role;
grant select on api.my_settings to authenticated, staff;
grant update (
    notification_settings, privacy_settings, learning_preferences
) on api.my_settings to authenticated, staff;
