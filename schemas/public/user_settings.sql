-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.user_settings (
    user_id uuid default auth.uid() not null,
    notification_settings jsonb default '{}'::jsonb not null,
    privacy_settings jsonb default '{}'::jsonb not null,
    learning_preferences jsonb default '{}'::jsonb not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_user_settings PRIMARY KEY (user_id),
    constraint ck_user_settings_objects CHECK (((jsonb_typeof(notification_settings) = 'object'::text) AND (jsonb_typeof(privacy_settings) = 'object'::text) AND (jsonb_typeof(learning_preferences) = 'object'::text))),
    constraint ck_user_settings_size CHECK (((length((notification_settings)::text) <= 16384) AND (length((privacy_settings)::text) <= 16384) AND (length((learning_preferences)::text) <= 16384))),
    constraint fk_user_settings_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table public.user_settings is 'Preferences of a person, as JSON objects of at most 16 KiB each whose keys the app chooses.';

CREATE TRIGGER trg_user_settings_set_updated_at BEFORE UPDATE ON public.user_settings FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table public.user_settings enable row level security;

grant select on table public.user_settings to authenticated;
grant insert, select, update on table public.user_settings to service_role;
grant select on table public.user_settings to staff;
grant update (notification_settings, privacy_settings, learning_preferences) on table public.user_settings to authenticated;
grant update (notification_settings, privacy_settings, learning_preferences) on table public.user_settings to staff;

create policy user_settings_select_own on public.user_settings for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_settings_select_staff on public.user_settings for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'profile.read_any'::text) AS has_permission)));

create policy user_settings_update_own on public.user_settings for update to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_settings_update_staff on public.user_settings for update to staff
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

comment on policy user_settings_select_own on public.user_settings is 'Users read their own settings.';
comment on policy user_settings_select_staff on public.user_settings is 'Staff with profile.read_any read everyone''s.';
comment on policy user_settings_update_own on public.user_settings is 'Users change their own settings.';
comment on policy user_settings_update_staff on public.user_settings is 'Staff change their own settings.';
