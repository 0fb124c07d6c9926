revoke all on public.user_settings from public, anon, authenticated, staff, service_role;
grant select on public.user_settings to authenticated, staff;
grant update (notification_settings, privacy_settings, learning_preferences)
on public.user_settings to authenticated, staff;
grant select, insert, update on public.user_settings to service_role;

create policy user_settings_select_own on public.user_settings
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_settings_select_own on public.user_settings is
'Users read their own settings.';

create policy user_settings_select_staff on public.user_settings
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'profile.read_any'))
);

comment on policy user_settings_select_staff on public.user_settings is
'Staff with profile.read_any read everyone''s.';

create policy user_settings_update_own on public.user_settings
for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy user_settings_update_own on public.user_settings is
'Users change their own settings.';

create policy user_settings_update_staff on public.user_settings
for update to staff
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

comment on policy user_settings_update_staff on public.user_settings is
'Staff change their own settings.';
