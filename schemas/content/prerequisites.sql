-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.prerequisites (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    course_is_visible boolean default false not null,
    lesson_id uuid,
    required_course_id uuid not null,
    required_lesson_id uuid,
    created_at timestamp with time zone default now() not null,
    constraint pk_prerequisites PRIMARY KEY (id),
    constraint uq_prerequisites_pair UNIQUE NULLS NOT DISTINCT (course_id, lesson_id, required_course_id, required_lesson_id),
    constraint ck_prerequisites_within_course CHECK (((course_id <> required_course_id) OR ((lesson_id IS NOT NULL) AND (required_lesson_id IS NOT NULL)))),
    constraint fk_prerequisites_course FOREIGN KEY (course_id, course_is_visible) REFERENCES content.courses(id, is_visible) ON UPDATE CASCADE,
    constraint fk_prerequisites_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE,
    constraint fk_prerequisites_required_course FOREIGN KEY (required_course_id) REFERENCES content.courses(id),
    constraint fk_prerequisites_required_lesson FOREIGN KEY (required_lesson_id, required_course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);

comment on table content.prerequisites is 'Courses and single lessons that must be completed before a course or a lesson can be begun.';
comment on column content.prerequisites.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.prerequisites.lesson_id is 'The lesson that waits; null: the whole course.';
comment on column content.prerequisites.required_lesson_id is 'The lesson that it waits for; null: the whole course.';

CREATE INDEX idx_prerequisites_course ON content.prerequisites USING btree (course_id, course_is_visible);
CREATE INDEX idx_prerequisites_lesson ON content.prerequisites USING btree (lesson_id, course_id);
CREATE INDEX idx_prerequisites_required_course_id ON content.prerequisites USING btree (required_course_id);
CREATE INDEX idx_prerequisites_required_lesson ON content.prerequisites USING btree (required_lesson_id, required_course_id);

CREATE CONSTRAINT TRIGGER trg_prerequisites_assert_no_cycle AFTER INSERT OR UPDATE ON content.prerequisites DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content.assert_no_prerequisite_cycle();

CREATE TRIGGER trg_prerequisites_copy_course_visibility BEFORE INSERT ON content.prerequisites FOR EACH ROW EXECUTE FUNCTION content.copy_course_visibility();

alter table content.prerequisites enable row level security;

grant select on table content.prerequisites to anon;
grant select on table content.prerequisites to authenticated;
grant delete, insert, select, update on table content.prerequisites to service_role;
grant delete, select on table content.prerequisites to staff;
grant insert (course_id, lesson_id, required_course_id, required_lesson_id) on table content.prerequisites to staff;

create policy prerequisites_delete_staff on content.prerequisites for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy prerequisites_insert_staff on content.prerequisites for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy prerequisites_select_any on content.prerequisites for select to authenticated
using (course_is_visible);

create policy prerequisites_select_public on content.prerequisites for select to anon
using (course_is_visible);

create policy prerequisites_select_staff on content.prerequisites for select to staff
using ((course_is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy prerequisites_delete_staff on content.prerequisites is 'Those who teach a course remove prerequisites; staff with course.edit remove those of every course.';
comment on policy prerequisites_insert_staff on content.prerequisites is 'Those who teach a course add prerequisites; staff with course.edit add them to every course.';
comment on policy prerequisites_select_any on content.prerequisites is 'Everyone may see the requirements of a course that was published.';
comment on policy prerequisites_select_public on content.prerequisites is 'Everyone may see the requirements of a course that was published.';
comment on policy prerequisites_select_staff on content.prerequisites is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
