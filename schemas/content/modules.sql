-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.modules (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    course_is_visible boolean default false not null,
    module_order integer not null,
    title text not null,
    description text,
    is_published boolean default false not null,
    is_visible boolean generated always as ((course_is_visible AND is_published)) stored,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_modules PRIMARY KEY (id),
    constraint uq_modules_id_course_visible UNIQUE (id, course_id, is_visible),
    constraint uq_modules_module_order UNIQUE (course_id, module_order) DEFERRABLE,
    constraint ck_modules_description CHECK ((length(description) <= 5000)),
    constraint ck_modules_module_order CHECK ((module_order > 0)),
    constraint ck_modules_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_modules_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE
);

comment on table content.modules is 'Parts of a course.';
comment on column content.modules.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.modules.module_order is 'Order in the course, from 1; may have gaps.';
comment on column content.modules.is_visible is 'Whether everyone may see it.';

CREATE INDEX idx_modules_course_id_visible ON content.modules USING btree (course_id, course_is_visible);

CREATE TRIGGER trg_modules_copy_course_visibility BEFORE INSERT ON content.modules FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

CREATE TRIGGER trg_modules_set_updated_at BEFORE UPDATE ON content.modules FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.modules enable row level security;

grant select on table content.modules to anon;
grant select on table content.modules to authenticated;
grant delete, insert, select, update on table content.modules to service_role;
grant delete, select on table content.modules to staff;
grant insert (course_id, module_order, title, description), update (title, description) on table content.modules to staff;

create policy modules_delete_staff on content.modules for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy modules_insert_staff on content.modules for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy modules_select_any on content.modules for select to authenticated
using (is_visible);

create policy modules_select_public on content.modules for select to anon
using (is_visible);

create policy modules_select_staff on content.modules for select to staff
using ((is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy modules_update_staff on content.modules for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy modules_delete_staff on content.modules is 'Those who teach a course remove modules; staff with course.edit remove those of every course; publications stay.';
comment on policy modules_insert_staff on content.modules is 'Those who teach a course add modules; staff with course.edit add them to every course.';
comment on policy modules_select_any on content.modules is 'Everyone may see published modules.';
comment on policy modules_select_public on content.modules is 'Everyone may see published modules.';
comment on policy modules_select_staff on content.modules is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
comment on policy modules_update_staff on content.modules is 'Those who teach a course change modules; staff with course.edit change those of every course.';
