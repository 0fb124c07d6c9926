-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.lesson_bodies (
    lesson_id uuid not null,
    course_id uuid not null,
    content jsonb default '{}'::jsonb not null,
    resources jsonb default '[]'::jsonb not null,
    transcript text,
    video_provider text,
    video_id text,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_lesson_bodies PRIMARY KEY (lesson_id),
    constraint ck_lesson_bodies_content CHECK (((jsonb_typeof(content) = 'object'::text) AND (length((content)::text) <= 1000000))),
    constraint ck_lesson_bodies_resources CHECK (((jsonb_typeof(resources) = 'array'::text) AND (length((resources)::text) <= 100000))),
    constraint ck_lesson_bodies_transcript CHECK ((length(transcript) <= 500000)),
    constraint ck_lesson_bodies_video CHECK ((((video_provider IS NULL) = (video_id IS NULL)) AND (video_provider ~ '^[a-z][a-z0-9_]{0,39}$'::text) AND (length(video_id) <= 500))),
    constraint fk_lesson_bodies_lesson FOREIGN KEY (lesson_id, course_id) REFERENCES content.lessons(id, course_id) ON UPDATE CASCADE ON DELETE CASCADE
);

comment on table content.lesson_bodies is 'The content of a lesson, as its authors edit it. Learners read the frozen copies in lesson_body_versions, through a function that checks their access.';
comment on column content.lesson_bodies.course_id is 'A copy of lessons.course_id.';
comment on column content.lesson_bodies.content is 'The text, as the app''s editor writes it.';
comment on column content.lesson_bodies.resources is 'Links and files: a list of objects.';
comment on column content.lesson_bodies.video_id is 'The video''s id at its provider; null: there is none.';

CREATE INDEX idx_lesson_bodies_course_id ON content.lesson_bodies USING btree (course_id);
CREATE INDEX idx_lesson_bodies_lesson ON content.lesson_bodies USING btree (lesson_id, course_id);

CREATE TRIGGER trg_lesson_bodies_set_course_from_lesson BEFORE INSERT ON content.lesson_bodies FOR EACH ROW EXECUTE FUNCTION content.set_course_from_lesson();

CREATE TRIGGER trg_lesson_bodies_set_updated_at BEFORE UPDATE ON content.lesson_bodies FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.lesson_bodies enable row level security;

grant delete, insert, select, update on table content.lesson_bodies to service_role;
grant select on table content.lesson_bodies to staff;
grant insert (lesson_id, content, resources, transcript, video_provider, video_id), update (content, resources, transcript, video_provider, video_id) on table content.lesson_bodies to staff;

create policy lesson_bodies_insert_staff on content.lesson_bodies for insert to staff
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy lesson_bodies_select_staff on content.lesson_bodies for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy lesson_bodies_update_staff on content.lesson_bodies for update to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy lesson_bodies_insert_staff on content.lesson_bodies is 'Those who teach a course add bodies of lessons; staff with course.edit add them to every course.';
comment on policy lesson_bodies_select_staff on content.lesson_bodies is 'Those who teach the course see it; staff with course.read_any or course.edit see every course.';
comment on policy lesson_bodies_update_staff on content.lesson_bodies is 'Those who teach a course change bodies of lessons; staff with course.edit change those of every course.';
