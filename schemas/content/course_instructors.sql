-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.course_instructors (
    course_id uuid not null,
    course_is_visible boolean default false not null,
    user_id uuid not null,
    "position" integer default 1 not null,
    is_lead boolean default false not null,
    created_at timestamp with time zone default now() not null,
    constraint pk_course_instructors PRIMARY KEY (course_id, user_id),
    constraint ck_course_instructors_position CHECK ((("position" >= 1) AND ("position" <= 1000))),
    constraint fk_course_instructors_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE,
    constraint fk_course_instructors_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table content.course_instructors is 'The people who teach a course. Running as role staff they see and change it, its lessons and its learners'' work.';
comment on column content.course_instructors.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.course_instructors."position" is 'Order in which the catalogue names them.';
comment on column content.course_instructors.is_lead is 'Whether they may change who else teaches it. The creator of the course may.';

CREATE INDEX idx_course_instructors_course ON content.course_instructors USING btree (course_id, course_is_visible);
CREATE INDEX idx_course_instructors_user_id ON content.course_instructors USING btree (user_id);

CREATE TRIGGER trg_course_instructors_copy_course_visibility BEFORE INSERT ON content.course_instructors FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

alter table content.course_instructors enable row level security;

grant select on table content.course_instructors to anon;
grant select on table content.course_instructors to authenticated;
grant delete, insert, select, update on table content.course_instructors to service_role;
grant delete, select on table content.course_instructors to staff;
grant insert (course_id, user_id, "position", is_lead), update ("position", is_lead) on table content.course_instructors to staff;

create policy course_instructors_delete_staff on content.course_instructors for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids(true) AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy course_instructors_insert_staff on content.course_instructors for insert to staff
with check (((user_id <> ( SELECT auth.uid() AS uid)) AND ((course_id = ANY (ARRAY( SELECT content.my_course_ids(true) AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission))));

create policy course_instructors_select_any on content.course_instructors for select to authenticated
using (course_is_visible);

create policy course_instructors_select_public on content.course_instructors for select to anon
using (course_is_visible);

create policy course_instructors_select_staff on content.course_instructors for select to staff
using ((course_is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy course_instructors_update_staff on content.course_instructors for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids(true) AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids(true) AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy course_instructors_delete_staff on content.course_instructors is 'Those who lead a course remove teachers; staff with course.edit remove those of every course; publications stay.';
comment on policy course_instructors_insert_staff on content.course_instructors is 'Those who lead a course add teachers; staff with course.edit add them to every course. Nobody adds themselves, because teachers see learners'' work and answer keys.';
comment on policy course_instructors_select_any on content.course_instructors is 'Everyone may see who teaches a course that was published.';
comment on policy course_instructors_select_public on content.course_instructors is 'Everyone may see who teaches a course that was published.';
comment on policy course_instructors_select_staff on content.course_instructors is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
comment on policy course_instructors_update_staff on content.course_instructors is 'Those who lead a course change its teachers; staff with course.edit change those of every course.';
