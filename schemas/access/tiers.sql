-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table access.tiers (
    id uuid default gen_random_uuid() not null,
    name text not null,
    title text not null,
    rank integer not null,
    role_id uuid,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_tiers PRIMARY KEY (id),
    constraint uq_tiers_name UNIQUE (name),
    constraint uq_tiers_rank UNIQUE (rank),
    constraint ck_tiers_name CHECK ((name ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    constraint ck_tiers_rank CHECK (((rank >= 0) AND (rank <= 1000))),
    constraint ck_tiers_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 80))),
    constraint fk_tiers_role FOREIGN KEY (role_id) REFERENCES rbac.roles(id)
);

comment on table access.tiers is 'Levels of membership. A tier includes all lower ones; everyone has the tier of rank 0, even without a login.';
comment on column access.tiers.role_id is 'Holders of this role everywhere have the tier; null: only entitlements give it.';

CREATE INDEX idx_tiers_role_id ON access.tiers USING btree (role_id);

CREATE TRIGGER trg_tiers_refresh_courses_of_tier AFTER UPDATE OF name, rank ON access.tiers FOR EACH ROW EXECUTE FUNCTION access.refresh_courses_of_tier();

CREATE TRIGGER trg_tiers_set_updated_at BEFORE UPDATE ON access.tiers FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table access.tiers enable row level security;

grant select on table access.tiers to anon;
grant select on table access.tiers to authenticated;
grant delete, insert, select, update on table access.tiers to service_role;
grant delete, select on table access.tiers to staff;
grant insert (name, title, rank), update (title, rank) on table access.tiers to staff;

create policy tiers_delete_staff on access.tiers for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy tiers_insert_staff on access.tiers for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy tiers_select_any on access.tiers for select to authenticated
using (true);

create policy tiers_select_public on access.tiers for select to anon
using (true);

create policy tiers_select_staff on access.tiers for select to staff
using (true);

create policy tiers_update_staff on access.tiers for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

comment on policy tiers_delete_staff on access.tiers is 'Staff with access.manage remove tiers that nothing uses.';
comment on policy tiers_insert_staff on access.tiers is 'Staff with access.manage add tiers.';
comment on policy tiers_select_any on access.tiers is 'Everyone may see the tiers.';
comment on policy tiers_select_public on access.tiers is 'Everyone may see the tiers.';
comment on policy tiers_select_staff on access.tiers is 'Staff may see the tiers.';
comment on policy tiers_update_staff on access.tiers is 'Staff with access.manage change tiers.';
