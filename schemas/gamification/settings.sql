-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_settings PRIMARY KEY (key),
    constraint ck_settings_key CHECK ((key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text)),
    constraint ck_settings_value CHECK ((value >= 0))
);

comment on table gamification.settings is 'Limits of the game that an operator may change, one number a row.';
comment on column gamification.settings.description is 'What the number limits, and its unit.';

CREATE TRIGGER trg_settings_set_updated_at BEFORE UPDATE ON gamification.settings FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table gamification.settings enable row level security;

grant delete, insert, select, update on table gamification.settings to service_role;
grant delete, select on table gamification.settings to staff;
grant insert (key, value, description), update (value, description) on table gamification.settings to staff;

create policy settings_delete_staff on gamification.settings for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy settings_insert_staff on gamification.settings for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy settings_select_staff on gamification.settings for select to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

create policy settings_update_staff on gamification.settings for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'gamification.manage'::text) AS has_permission));

comment on policy settings_delete_staff on gamification.settings is 'Staff with gamification.manage remove limits of the game that nobody has used.';
comment on policy settings_insert_staff on gamification.settings is 'Staff with gamification.manage add limits of the game.';
comment on policy settings_select_staff on gamification.settings is 'Staff with gamification.manage read limits of the game.';
comment on policy settings_update_staff on gamification.settings is 'Staff with gamification.manage change limits of the game.';
