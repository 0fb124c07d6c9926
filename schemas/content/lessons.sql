-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.lessons (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    module_id uuid not null,
    module_is_visible boolean default false not null,
    lesson_order integer not null,
    title text not null,
    summary text,
    lesson_type text default 'article'::text not null,
    duration_sec integer default 0 not null,
    is_preview boolean default false not null,
    is_downloadable boolean default false not null,
    is_published boolean default false not null,
    is_visible boolean generated always as ((module_is_visible AND is_published)) stored,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_lessons PRIMARY KEY (id),
    constraint uq_lessons_id_course UNIQUE (id, course_id),
    constraint uq_lessons_lesson_order UNIQUE (module_id, lesson_order) DEFERRABLE,
    constraint ck_lessons_duration_sec CHECK (((duration_sec >= 0) AND (duration_sec <= 604800))),
    constraint ck_lessons_lesson_order CHECK ((lesson_order > 0)),
    constraint ck_lessons_lesson_type CHECK ((lesson_type = ANY (ARRAY['video'::text, 'article'::text, 'quiz'::text, 'project'::text, 'live'::text]))),
    constraint ck_lessons_summary CHECK ((length(summary) <= 2000)),
    constraint ck_lessons_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_lessons_module FOREIGN KEY (module_id, course_id, module_is_visible) REFERENCES content.modules(id, course_id, is_visible) ON UPDATE CASCADE
);

comment on table content.lessons is 'Lessons as the catalogue shows them. Their content is in lesson_bodies.';
comment on column content.lessons.course_id is 'The course of its module; the database changes it when the lesson moves.';
comment on column content.lessons.module_is_visible is 'A copy of modules.is_visible.';
comment on column content.lessons.lesson_order is 'Order in the module, from 1; may have gaps.';
comment on column content.lessons.duration_sec is 'Seconds; 0: not known.';
comment on column content.lessons.is_preview is 'Whether anyone may read it.';
comment on column content.lessons.is_downloadable is 'Whether those who may read it may keep its files.';
comment on column content.lessons.is_visible is 'Whether everyone may see that the lesson exists.';

CREATE INDEX idx_lessons_course_id ON content.lessons USING btree (course_id);
CREATE INDEX idx_lessons_module ON content.lessons USING btree (module_id, course_id, module_is_visible);

CREATE TRIGGER trg_lessons_set_course_from_module BEFORE INSERT OR UPDATE OF module_id ON content.lessons FOR EACH ROW EXECUTE FUNCTION content.set_course_from_module();

CREATE TRIGGER trg_lessons_set_updated_at BEFORE UPDATE ON content.lessons FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.lessons enable row level security;

grant select on table content.lessons to anon;
grant select on table content.lessons to authenticated;
grant delete, insert, select, update on table content.lessons to service_role;
grant delete, select on table content.lessons to staff;
grant insert (module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview, is_downloadable), update (module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview, is_downloadable) on table content.lessons to staff;

create policy lessons_delete_staff on content.lessons for delete to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy lessons_insert_staff on content.lessons for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy lessons_select_any on content.lessons for select to authenticated
using (is_visible);

create policy lessons_select_public on content.lessons for select to anon
using (is_visible);

create policy lessons_select_staff on content.lessons for select to staff
using ((is_visible OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy lessons_update_staff on content.lessons for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy lessons_delete_staff on content.lessons is 'Those who teach a course remove lessons; staff with course.edit remove those of every course; publications stay.';
comment on policy lessons_insert_staff on content.lessons is 'Those who teach a course add lessons; staff with course.edit add them to every course.';
comment on policy lessons_select_any on content.lessons is 'Everyone may see that a published lesson exists.';
comment on policy lessons_select_public on content.lessons is 'Everyone may see that a published lesson exists.';
comment on policy lessons_select_staff on content.lessons is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
comment on policy lessons_update_staff on content.lessons is 'Those who teach a course change lessons; staff with course.edit change those of every course.';
