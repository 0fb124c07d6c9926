-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.content_versions (
    id uuid default gen_random_uuid() not null,
    course_id uuid not null,
    version integer not null,
    title text not null,
    note text,
    published_by uuid,
    published_at timestamp with time zone default now() not null,
    constraint pk_content_versions PRIMARY KEY (id),
    constraint uq_content_versions_id_course UNIQUE (id, course_id),
    constraint uq_content_versions_version UNIQUE (course_id, version),
    constraint ck_content_versions_note CHECK ((length(note) <= 2000)),
    constraint ck_content_versions_version CHECK ((version >= 1)),
    constraint fk_content_versions_course FOREIGN KEY (course_id) REFERENCES content.courses(id),
    constraint fk_content_versions_published_by FOREIGN KEY (published_by) REFERENCES public.profiles(id)
);

comment on table content.content_versions is 'Each publication of a course, frozen. Enrolments and certificates point to the one they were made with. Written by content.publish_course() alone.';
comment on column content.content_versions.version is 'From 1, without gaps.';
comment on column content.content_versions.title is 'The title of the course at that time.';
comment on column content.content_versions.note is 'A release note for learners.';
comment on column content.content_versions.published_by is 'Null: a back end.';

CREATE INDEX idx_content_versions_published_by ON content.content_versions USING btree (published_by);

alter table content.content_versions enable row level security;

grant select on table content.content_versions to authenticated;
grant delete, insert, select, update on table content.content_versions to service_role;
grant select on table content.content_versions to staff;

create policy content_versions_select_own on content.content_versions for select to authenticated
using ((id = ANY (ARRAY( SELECT learn.my_version_ids() AS my_version_ids))));

create policy content_versions_select_staff on content.content_versions for select to staff
using (((id = ANY (ARRAY( SELECT learn.my_version_ids() AS my_version_ids))) OR (course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy content_versions_select_own on content.content_versions is 'Learners see the publication they enrolled with.';
comment on policy content_versions_select_staff on content.content_versions is 'Learners see the publication they enrolled with; those who teach the course see all of it; staff with course.read_any or course.edit see every course.';
