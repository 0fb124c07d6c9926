-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.courses (
    id uuid default gen_random_uuid() not null,
    slug text not null,
    title text not null,
    subtitle text,
    description text,
    category_id uuid,
    language text default 'en'::text not null,
    difficulty text default 'beginner'::text not null,
    thumbnail_url text,
    trailer_url text,
    requirements text[] default '{}'::text[] not null,
    outcomes text[] default '{}'::text[] not null,
    audience text[] default '{}'::text[] not null,
    max_students integer,
    has_certificate boolean default true not null,
    certificate_settings jsonb default '{}'::jsonb not null,
    access_tier text default 'closed'::text not null,
    is_featured boolean default false not null,
    status text default 'draft'::text not null,
    published_at timestamp with time zone,
    archived_at timestamp with time zone,
    version_id uuid,
    is_published boolean generated always as ((status = 'published'::text)) stored,
    is_visible boolean generated always as ((published_at IS NOT NULL)) stored,
    search_vector tsvector generated always as (content.course_search_vector(language, title, subtitle, description)) stored,
    created_by uuid default auth.uid() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_courses PRIMARY KEY (id),
    constraint uq_courses_id_visible UNIQUE (id, is_visible),
    constraint uq_courses_slug UNIQUE (slug),
    constraint ck_courses_archived_at CHECK (((status = 'archived'::text) = (archived_at IS NOT NULL))),
    constraint ck_courses_audience CHECK (((cardinality(audience) <= 50) AND (length((audience)::text) <= 20000))),
    constraint ck_courses_certificate_settings CHECK (((jsonb_typeof(certificate_settings) = 'object'::text) AND (length((certificate_settings)::text) <= 4096))),
    constraint ck_courses_description CHECK ((length(description) <= 20000)),
    constraint ck_courses_difficulty CHECK ((difficulty = ANY (ARRAY['beginner'::text, 'intermediate'::text, 'advanced'::text, 'expert'::text]))),
    constraint ck_courses_language CHECK ((language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    constraint ck_courses_max_students CHECK (((max_students >= 1) AND (max_students <= 1000000))),
    constraint ck_courses_outcomes CHECK (((cardinality(outcomes) <= 50) AND (length((outcomes)::text) <= 20000))),
    constraint ck_courses_published_at CHECK (
CASE status
    WHEN 'published'::text THEN (published_at IS NOT NULL)
    WHEN 'archived'::text THEN true
    ELSE (published_at IS NULL)
END),
    constraint ck_courses_requirements CHECK (((cardinality(requirements) <= 50) AND (length((requirements)::text) <= 20000))),
    constraint ck_courses_slug CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120))),
    constraint ck_courses_status CHECK ((status = ANY (ARRAY['draft'::text, 'under_review'::text, 'published'::text, 'archived'::text]))),
    constraint ck_courses_subtitle CHECK ((length(subtitle) <= 250)),
    constraint ck_courses_thumbnail_url CHECK (((thumbnail_url ~ '^https://[^[:space:]]+$'::text) AND (length(thumbnail_url) <= 2000))),
    constraint ck_courses_title CHECK (((title ~ '[^[:space:]]'::text) AND (length(title) <= 150))),
    constraint ck_courses_trailer_url CHECK (((trailer_url ~ '^https://[^[:space:]]+$'::text) AND (length(trailer_url) <= 2000))),
    constraint ck_courses_version_id CHECK (((version_id IS NULL) = (published_at IS NULL))),
    constraint fk_courses_category FOREIGN KEY (category_id) REFERENCES content.categories(id),
    constraint fk_courses_created_by FOREIGN KEY (created_by) REFERENCES public.profiles(id),
    constraint fk_courses_version FOREIGN KEY (version_id, id) REFERENCES content.content_versions(id, course_id)
);

comment on table content.courses is 'Courses. The catalogue shows these rows; learners read the copy in content_versions that was frozen when it was published. A course with learners is archived, never deleted.';
comment on column content.courses.slug is 'Its name in URLs.';
comment on column content.courses.language is 'A language tag, such as fr or fr-DZ.';
comment on column content.courses.max_students is 'Active learners at most; null: no limit.';
comment on column content.courses.certificate_settings is 'Further content of certificates: an object whose keys the apps choose.';
comment on column content.courses.access_tier is 'The access it requires, as the catalogue shows it: the name of a tier, paid_oneoff or closed. A label derived from access.course_access_rules, which decide.';
comment on column content.courses.status is 'draft, under_review, published or archived; changed by functions alone.';
comment on column content.courses.published_at is 'When it was first published; null: never.';
comment on column content.courses.version_id is 'The publication for people who enrol now; null: never published.';
comment on column content.courses.is_published is 'Whether the catalogue lists it.';
comment on column content.courses.is_visible is 'Whether everyone may see it: it was published, and may be archived since.';

CREATE INDEX idx_courses_catalogue ON content.courses USING btree (published_at, id) WHERE is_published;
CREATE INDEX idx_courses_catalogue_category ON content.courses USING btree (category_id, published_at, id) WHERE is_published;
CREATE INDEX idx_courses_category_id ON content.courses USING btree (category_id);
CREATE INDEX idx_courses_created_by ON content.courses USING btree (created_by);
CREATE INDEX idx_courses_published_at ON content.courses USING btree (published_at, id);
CREATE INDEX idx_courses_search_vector ON content.courses USING gin (search_vector) WHERE is_published;
CREATE INDEX idx_courses_version ON content.courses USING btree (version_id, id);

CREATE TRIGGER trg_courses_add_parts AFTER INSERT ON content.courses FOR EACH ROW EXECUTE FUNCTION content.add_course_parts();

CREATE TRIGGER trg_courses_set_updated_at BEFORE UPDATE ON content.courses FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.courses enable row level security;

grant select on table content.courses to anon;
grant select on table content.courses to authenticated;
grant delete, insert, select, update on table content.courses to service_role;
grant select on table content.courses to staff;
grant insert (slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url, trailer_url, requirements, outcomes, audience, max_students, has_certificate, certificate_settings), update (slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url, trailer_url, requirements, outcomes, audience, max_students, has_certificate, certificate_settings) on table content.courses to staff;

create policy courses_insert_staff on content.courses for insert to staff
with check (((created_by = ( SELECT auth.uid() AS uid)) AND ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.create'::text) AS has_permission)));

create policy courses_select_any on content.courses for select to authenticated
using (is_visible);

create policy courses_select_public on content.courses for select to anon
using (is_visible);

create policy courses_select_staff on content.courses for select to staff
using ((is_visible OR (created_by = ( SELECT auth.uid() AS uid)) OR (id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.read_any'::text) AS has_permission) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

create policy courses_update_staff on content.courses for update to staff
using (((id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)))
with check (((id = ANY (ARRAY( SELECT content.my_course_ids() AS my_course_ids))) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'course.edit'::text) AS has_permission)));

comment on policy courses_insert_staff on content.courses is 'Staff with course.create make courses of their own.';
comment on policy courses_select_any on content.courses is 'Everyone may see courses that were published.';
comment on policy courses_select_public on content.courses is 'Everyone may see courses that were published.';
comment on policy courses_select_staff on content.courses is 'Those who teach a course see all of it; staff with course.read_any or course.edit see every course.';
comment on policy courses_update_staff on content.courses is 'Those who teach a course change it; staff with course.edit change every course.';
