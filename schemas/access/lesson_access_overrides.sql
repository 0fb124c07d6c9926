-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table access.lesson_access_overrides (
    lesson_id uuid not null,
    course_id uuid not null,
    tier_id uuid not null,
    valid_from timestamp with time zone default now() not null,
    valid_to timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_lesson_access_overrides PRIMARY KEY (lesson_id),
    constraint ck_lesson_access_overrides_validity CHECK ((valid_to > valid_from)),
    constraint fk_lesson_access_overrides_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE,
    constraint fk_lesson_access_overrides_tier FOREIGN KEY (tier_id) REFERENCES access.tiers(id)
);

comment on table access.lesson_access_overrides is 'Lessons that are open to a lower tier than their course, such as a free lesson in a paid course.';
comment on column access.lesson_access_overrides.course_id is 'A copy of lessons.course_id.';
comment on column access.lesson_access_overrides.valid_to is 'Null: without an end.';

CREATE INDEX idx_lesson_access_overrides_course_id ON access.lesson_access_overrides USING btree (course_id);
CREATE INDEX idx_lesson_access_overrides_lesson ON access.lesson_access_overrides USING btree (lesson_id, course_id);
CREATE INDEX idx_lesson_access_overrides_tier_id ON access.lesson_access_overrides USING btree (tier_id);

CREATE TRIGGER trg_lesson_access_overrides_set_course_from_lesson BEFORE INSERT ON access.lesson_access_overrides FOR EACH ROW EXECUTE FUNCTION content.set_course_from_lesson();

CREATE TRIGGER trg_lesson_access_overrides_set_updated_at BEFORE UPDATE ON access.lesson_access_overrides FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table access.lesson_access_overrides enable row level security;

grant delete, insert, select, update on table access.lesson_access_overrides to service_role;
grant delete, select on table access.lesson_access_overrides to staff;
grant insert (lesson_id, tier_id, valid_from, valid_to), update (tier_id, valid_from, valid_to) on table access.lesson_access_overrides to staff;

create policy lesson_access_overrides_delete_staff on access.lesson_access_overrides for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy lesson_access_overrides_insert_staff on access.lesson_access_overrides for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

create policy lesson_access_overrides_select_staff on access.lesson_access_overrides for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission)));

create policy lesson_access_overrides_update_staff on access.lesson_access_overrides for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'access.manage'::text) AS has_permission));

comment on policy lesson_access_overrides_delete_staff on access.lesson_access_overrides is 'Staff with access.manage close single lessons again.';
comment on policy lesson_access_overrides_insert_staff on access.lesson_access_overrides is 'Staff with access.manage open single lessons.';
comment on policy lesson_access_overrides_select_staff on access.lesson_access_overrides is 'Those who teach a course see its open lessons; staff with course.read_any or access.manage see those of every course.';
comment on policy lesson_access_overrides_update_staff on access.lesson_access_overrides is 'Staff with access.manage change the tier and the end.';
