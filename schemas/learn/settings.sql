-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.settings (
    key text not null,
    value integer not null,
    description text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_settings PRIMARY KEY (key),
    constraint ck_settings_key CHECK ((key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text)),
    constraint ck_settings_value CHECK ((value >= 0))
);

comment on table learn.settings is 'Limits of learning that an operator may change, one number a row.';
comment on column learn.settings.description is 'What the number limits, and its unit.';

CREATE TRIGGER trg_settings_set_updated_at BEFORE UPDATE ON learn.settings FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table learn.settings enable row level security;

grant delete, insert, select, update on table learn.settings to service_role;
grant delete, select on table learn.settings to staff;
grant insert (key, value, description), update (value, description) on table learn.settings to staff;

create policy settings_delete_staff on learn.settings for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'learn.manage'::text) AS has_permission));

create policy settings_insert_staff on learn.settings for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'learn.manage'::text) AS has_permission));

create policy settings_select_staff on learn.settings for select to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'learn.manage'::text) AS has_permission));

create policy settings_update_staff on learn.settings for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'learn.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'learn.manage'::text) AS has_permission));

comment on policy settings_delete_staff on learn.settings is 'Staff with learn.manage remove limits of learning.';
comment on policy settings_insert_staff on learn.settings is 'Staff with learn.manage add limits of learning.';
comment on policy settings_select_staff on learn.settings is 'Staff with learn.manage read limits of learning.';
comment on policy settings_update_staff on learn.settings is 'Staff with learn.manage change limits of learning.';
