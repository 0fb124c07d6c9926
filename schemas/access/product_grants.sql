-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table access.product_grants (
    id uuid default gen_random_uuid() not null,
    product_id uuid not null,
    course_id uuid,
    tier_id uuid,
    days integer,
    created_at timestamp with time zone default now() not null,
    constraint pk_product_grants PRIMARY KEY (id),
    constraint uq_product_grants_opened UNIQUE NULLS NOT DISTINCT (product_id, course_id, tier_id),
    constraint ck_product_grants_days CHECK (((days >= 1) AND (days <= 36500))),
    constraint ck_product_grants_opened CHECK ((num_nonnulls(course_id, tier_id) = 1)),
    constraint fk_product_grants_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_product_grants_tier FOREIGN KEY (tier_id) REFERENCES access.tiers(id)
);

comment on table access.product_grants is 'The course or the tier that a product opens; a bundle has several rows.';
comment on column access.product_grants.days is 'How long it stays open; null: without an end.';

CREATE INDEX idx_product_grants_course_id ON access.product_grants USING btree (course_id);
CREATE INDEX idx_product_grants_tier_id ON access.product_grants USING btree (tier_id);

alter table access.product_grants enable row level security;

grant delete, insert, select, update on table access.product_grants to service_role;
grant delete, select on table access.product_grants to staff;
grant insert (product_id, course_id, tier_id, days), update (days) on table access.product_grants to staff;

create policy product_grants_delete_staff on access.product_grants for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy product_grants_insert_staff on access.product_grants for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy product_grants_select_staff on access.product_grants for select to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy product_grants_update_staff on access.product_grants for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

comment on policy product_grants_delete_staff on access.product_grants is 'Staff with access.manage remove it for later purchases.';
comment on policy product_grants_insert_staff on access.product_grants is 'Staff with access.manage choose what products open.';
comment on policy product_grants_select_staff on access.product_grants is 'Staff with access.manage see what products open.';
comment on policy product_grants_update_staff on access.product_grants is 'Staff with access.manage change how long it stays open.';
