-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.feature_flags (
    id uuid default gen_random_uuid() not null,
    key text not null,
    description text not null,
    is_enabled boolean default false not null,
    rollout_percent integer default 100 not null,
    cohorts text[] default '{}'::text[] not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_feature_flags PRIMARY KEY (id),
    constraint uq_feature_flags_key UNIQUE (key),
    constraint ck_feature_flags_key CHECK ((key ~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$'::text)),
    constraint ck_feature_flags_rollout_percent CHECK (((rollout_percent >= 0) AND (rollout_percent <= 100)))
);

comment on table util.feature_flags is 'Switches for parts of the product. Clients never read it: they call util.is_enabled().';
comment on column util.feature_flags.is_enabled is 'False switches the flag off for everyone.';
comment on column util.feature_flags.rollout_percent is 'Percent of users, 0 to 100, for whom an enabled flag is on; users who have it keep it when the number grows.';
comment on column util.feature_flags.cohorts is 'Names of roles whose holders have an enabled flag on, whatever the percentage.';

CREATE TRIGGER trg_feature_flags_set_updated_at BEFORE UPDATE ON util.feature_flags FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.feature_flags enable row level security;

grant delete, insert, select, update on table util.feature_flags to service_role;
grant delete, insert, select on table util.feature_flags to staff;
grant update (key, description, is_enabled, rollout_percent, cohorts) on table util.feature_flags to staff;

create policy feature_flags_delete_staff on util.feature_flags for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'feature_flag.manage'::text) AS has_permission));

create policy feature_flags_insert_staff on util.feature_flags for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'feature_flag.manage'::text) AS has_permission));

create policy feature_flags_select_staff on util.feature_flags for select to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'feature_flag.manage'::text) AS has_permission));

create policy feature_flags_update_staff on util.feature_flags for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'feature_flag.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'feature_flag.manage'::text) AS has_permission));

comment on policy feature_flags_delete_staff on util.feature_flags is 'Staff who manage flags remove them.';
comment on policy feature_flags_insert_staff on util.feature_flags is 'Staff who manage flags add them.';
comment on policy feature_flags_select_staff on util.feature_flags is 'Only staff who manage flags read them.';
comment on policy feature_flags_update_staff on util.feature_flags is 'Staff who manage flags change them.';
