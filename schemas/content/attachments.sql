-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.attachments (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    lesson_id uuid,
    file_id uuid not null,
    title text not null,
    attachment_order integer default 1 not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_attachments PRIMARY KEY (id),
    constraint uq_attachments_file UNIQUE NULLS NOT DISTINCT (course_id, lesson_id, file_id),
    constraint ck_attachments_attachment_order CHECK ((attachment_order > 0)),
    constraint ck_attachments_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint fk_attachments_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_attachments_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);

comment on table content.attachments is 'Files that belong to a course, or to one of its lessons.';
comment on column content.attachments.lesson_id is 'Null: the whole course.';
comment on column content.attachments.file_id is 'The file, in the schema that keeps files.';

CREATE INDEX idx_attachments_lesson ON content.attachments USING btree (lesson_id, course_id);

CREATE TRIGGER trg_attachments_set_updated_at BEFORE UPDATE ON content.attachments FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.attachments enable row level security;

grant delete, insert, select, update on table content.attachments to service_role;
grant select on table content.attachments to staff;

create policy attachments_select_staff on content.attachments for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy attachments_select_staff on content.attachments is 'Those who teach the course see it; staff with course.read_any or course.edit see every course.';
