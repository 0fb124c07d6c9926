-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.content_version_lessons (
    version_id uuid not null,
    course_id uuid not null,
    lesson_id uuid not null,
    body_version_id uuid not null,
    module_id uuid not null,
    module_title text not null,
    module_order integer not null,
    lesson_order integer not null,
    title text not null,
    summary text,
    lesson_type text not null,
    duration_sec integer not null,
    is_preview boolean not null,
    constraint pk_content_version_lessons PRIMARY KEY (version_id, lesson_id),
    constraint fk_content_version_lessons_body FOREIGN KEY (body_version_id) REFERENCES content.lesson_body_versions(id),
    constraint fk_content_version_lessons_lesson FOREIGN KEY (lesson_id) REFERENCES content.lessons(id),
    constraint fk_content_version_lessons_version FOREIGN KEY (version_id, course_id) REFERENCES content.content_versions(id, course_id)
);

comment on table content.content_version_lessons is 'The lessons of a publication, in its order and with the bodies of that time.';
comment on column content.content_version_lessons.module_id is 'The module at that time, which may no longer exist.';

CREATE INDEX idx_content_version_lessons_body_version_id ON content.content_version_lessons USING btree (body_version_id);
CREATE INDEX idx_content_version_lessons_course_id ON content.content_version_lessons USING btree (course_id);
CREATE INDEX idx_content_version_lessons_lesson_id ON content.content_version_lessons USING btree (lesson_id);
CREATE INDEX idx_content_version_lessons_version ON content.content_version_lessons USING btree (version_id, course_id);

alter table content.content_version_lessons enable row level security;

grant select on table content.content_version_lessons to authenticated;
grant delete, insert, select, update on table content.content_version_lessons to service_role;
grant select on table content.content_version_lessons to staff;

create policy content_version_lessons_select_own on content.content_version_lessons for select to authenticated
using ((version_id = ANY (ARRAY( SELECT learn.my_version_ids() AS my_version_ids))));

create policy content_version_lessons_select_staff on content.content_version_lessons for select to staff
using (((version_id = ANY (ARRAY( SELECT learn.my_version_ids() AS my_version_ids))) OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy content_version_lessons_select_own on content.content_version_lessons is 'Learners see the outline of the publication they enrolled with.';
comment on policy content_version_lessons_select_staff on content.content_version_lessons is 'Learners see the publication they enrolled with; those who teach the course see all of it; staff with course.read_any or course.edit see every course.';
