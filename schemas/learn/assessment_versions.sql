-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table learn.assessment_versions (
    id uuid default gen_random_uuid() not null,
    assessment_id uuid not null,
    course_id uuid not null,
    version integer not null,
    items jsonb not null,
    max_points numeric(10,2) not null,
    passing_percent integer not null,
    time_limit_sec integer,
    shuffle_items boolean not null,
    shuffle_options boolean not null,
    published_by uuid,
    published_at timestamp with time zone default now() not null,
    constraint pk_assessment_versions PRIMARY KEY (id),
    constraint uq_assessment_versions_id_assessment UNIQUE (id, assessment_id),
    constraint uq_assessment_versions_version UNIQUE (assessment_id, version),
    constraint ck_assessment_versions_version CHECK ((version >= 1)),
    constraint fk_assessment_versions_assessment FOREIGN KEY (assessment_id, course_id) REFERENCES learn.assessments(id, course_id) ON UPDATE CASCADE,
    constraint fk_assessment_versions_published_by FOREIGN KEY (published_by) REFERENCES public.profiles(id)
);

comment on table learn.assessment_versions is 'Each publication of an assessment, frozen. Attempts keep the one they began with.';
comment on column learn.assessment_versions.items is 'Its questions in order: [{"id", "type", "prompt", "options", "points", "penalty", "has_partial_credit"}].';
comment on column learn.assessment_versions.published_by is 'Null: a back end.';

CREATE INDEX idx_assessment_versions_assessment ON learn.assessment_versions USING btree (assessment_id, course_id);
CREATE INDEX idx_assessment_versions_course_id ON learn.assessment_versions USING btree (course_id);
CREATE INDEX idx_assessment_versions_published_by ON learn.assessment_versions USING btree (published_by);

alter table learn.assessment_versions enable row level security;

grant delete, insert, select, update on table learn.assessment_versions to service_role;
grant select on table learn.assessment_versions to staff;

create policy assessment_versions_select_staff on learn.assessment_versions for select to staff
using (((course_id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR (course_id = ANY (ARRAY( SELECT learn.my_gradebook_course_ids() AS my_gradebook_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy assessment_versions_select_staff on learn.assessment_versions is 'Those who teach a course or hold gradebook.read in it see its published assessments; staff with course.read_any or course.edit see those of every course.';
