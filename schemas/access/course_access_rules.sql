-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table access.course_access_rules (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    course_is_visible boolean default false not null,
    tier_id uuid,
    product_id uuid,
    created_at timestamp with time zone default now() not null,
    constraint pk_course_access_rules PRIMARY KEY (id),
    constraint uq_course_access_rules_asked UNIQUE NULLS NOT DISTINCT (course_id, tier_id, product_id),
    constraint ck_course_access_rules_asked CHECK ((num_nonnulls(tier_id, product_id) = 1)),
    constraint fk_course_access_rules_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE,
    constraint fk_course_access_rules_tier FOREIGN KEY (tier_id) REFERENCES access.tiers(id)
);

comment on table access.course_access_rules is 'Rules that open a course; any one of them is enough. Without a rule only its teachers and people it was granted to may read it. courses.access_tier is a label derived from these rules.';
comment on column access.course_access_rules.course_is_visible is 'A copy of courses.is_visible.';
comment on column access.course_access_rules.tier_id is 'This tier, or one of higher rank.';
comment on column access.course_access_rules.product_id is 'Buying this product, which gives an entitlement to the course.';

CREATE INDEX idx_course_access_rules_course ON access.course_access_rules USING btree (course_id, course_is_visible);
CREATE INDEX idx_course_access_rules_tier_id ON access.course_access_rules USING btree (tier_id);

CREATE TRIGGER trg_course_access_rules_copy_course_visibility BEFORE INSERT ON access.course_access_rules FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

CREATE TRIGGER trg_course_access_rules_refresh_course_access_tier AFTER INSERT OR DELETE OR UPDATE OF course_id, tier_id, product_id ON access.course_access_rules FOR EACH ROW EXECUTE FUNCTION access.refresh_course_access_tier();

alter table access.course_access_rules enable row level security;

grant select on table access.course_access_rules to anon;
grant select on table access.course_access_rules to authenticated;
grant delete, insert, select, update on table access.course_access_rules to service_role;
grant delete, select on table access.course_access_rules to staff;
grant insert (course_id, tier_id, product_id) on table access.course_access_rules to staff;

create policy course_access_rules_delete_staff on access.course_access_rules for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy course_access_rules_insert_staff on access.course_access_rules for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy course_access_rules_select_any on access.course_access_rules for select to authenticated
using (course_is_visible);

create policy course_access_rules_select_public on access.course_access_rules for select to anon
using (course_is_visible);

create policy course_access_rules_select_staff on access.course_access_rules for select to staff
using ((course_is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission)));

comment on policy course_access_rules_delete_staff on access.course_access_rules is 'Staff with access.manage remove access rules.';
comment on policy course_access_rules_insert_staff on access.course_access_rules is 'Staff with access.manage add access rules to courses.';
comment on policy course_access_rules_select_any on access.course_access_rules is 'Everyone may see the requirements of a course that was published.';
comment on policy course_access_rules_select_public on access.course_access_rules is 'Everyone may see the requirements of a course that was published.';
comment on policy course_access_rules_select_staff on access.course_access_rules is 'Those who teach a course see its rules; staff with course.read_any or access.manage see those of every course.';
