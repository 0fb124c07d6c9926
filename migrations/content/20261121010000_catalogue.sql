create schema content;

comment on schema content is
'Courses, their modules and lessons, and what was published of them.';

grant usage on schema content to anon, authenticated, staff, service_role;

create table content.categories (
    id uuid not null default gen_random_uuid(),
    parent_id uuid,
    slug text not null,
    name text not null,
    description text,
    icon_url text,
    category_order integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_categories primary key (id),
    constraint uq_categories_slug unique (slug),
    constraint fk_categories_parent foreign key (parent_id) references content.categories (id),
    constraint ck_categories_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
    constraint ck_categories_name check (name ~ '[^[:space:]]' and length(name) <= 80),
    constraint ck_categories_description check (length(description) <= 1000),
    constraint ck_categories_icon_url
    check (icon_url ~ '^https://[^[:space:]]+$' and length(icon_url) <= 2000),
    constraint ck_categories_category_order check (category_order between 1 and 1000000)
);

create index idx_categories_parent_id on content.categories (parent_id);

create trigger trg_categories_set_updated_at
before update on content.categories
for each row execute function util.set_updated_at();

create function content.assert_category_tree() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- One change of the tree at a time: two that are fine alone may close a circle together.
    perform pg_advisory_xact_lock('content.categories'::regclass::integer, 0);
    if exists (
        with recursive above (id, depth) as (
            select new.parent_id as id, 1 as depth
            union all
            select
                c.parent_id as id,
                a.depth + 1 as depth
            from above as a
            inner join content.categories as c on a.id = c.id
            where c.parent_id is not null and a.id <> new.id and a.depth < 10
        )

        select
        from above as a
        where a.id = new.id or a.depth = 10
    ) then
        raise sqlstate 'PT409' using
            message = 'a category cannot stand below itself, nor ten deep',
            detail = 'category.tree_invalid';
    end if;
    return null;
end;
$$;

comment on function content.assert_category_tree() is
'Refuses a category below itself, and trees of ten levels.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 category.tree_invalid.
Caller: triggers only.';

revoke all on function content.assert_category_tree() from public;

create constraint trigger trg_categories_assert_tree
after insert or update on content.categories
deferrable initially deferred
for each row when (new.parent_id is not null)
execute function content.assert_category_tree();

alter table content.categories enable row level security;

comment on table content.categories is 'What courses are about, as a tree.';
comment on column content.categories.slug is 'Its name in addresses.';
comment on column content.categories.parent_id is 'The wider category; null: at the top.';
comment on column content.categories.category_order is 'Order among those of one parent.';

-- Without its marks, so that "developpement" finds "développement". Decomposed and composed again,
-- because only then do the marks stand alone.
create function content.without_marks(p_text text) returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return normalize(
    regexp_replace(normalize(p_text, nfd), '[' || u&'\0300' || '-' || u&'\036f' || ']', '', 'g'),
    nfc
);

comment on function content.without_marks(text) is
'A text without the accents of Latin, Greek and Cyrillic letters.

Args: p_text: any.
Returns: the text; null for null.
Caller: functions of this package.';

revoke all on function content.without_marks(text) from public;
grant execute on function content.without_marks(text) to staff, service_role;

create function content.search_configuration(p_language text) returns regconfig
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return case split_part(p_language, '-', 1)
    when 'ar' then 'pg_catalog.arabic'::regconfig
    when 'de' then 'pg_catalog.german'::regconfig
    when 'en' then 'pg_catalog.english'::regconfig
    when 'es' then 'pg_catalog.spanish'::regconfig
    when 'fr' then 'pg_catalog.french'::regconfig
    when 'it' then 'pg_catalog.italian'::regconfig
    when 'nl' then 'pg_catalog.dutch'::regconfig
    when 'pt' then 'pg_catalog.portuguese'::regconfig
    when 'ru' then 'pg_catalog.russian'::regconfig
    when 'tr' then 'pg_catalog.turkish'::regconfig
    else 'pg_catalog.simple'::regconfig
end;

comment on function content.search_configuration(text) is
'The text search configuration of a language. A cast to regconfig is not immutable, this is.

Args: p_language: a language tag, as fr or fr-DZ.
Returns: the configuration; simple, which knows no word forms, for languages not listed.
Caller: functions of this package.';

revoke all on function content.search_configuration(text) from public;
grant execute on function content.search_configuration(text) to staff, service_role;

create function content.course_search_vector(
    p_language text, p_title text, p_subtitle text, p_description text
) returns tsvector
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return setweight(
    to_tsvector(content.search_configuration(p_language), content.without_marks(p_title)), 'A'
) || setweight(
    to_tsvector(
        content.search_configuration(p_language), content.without_marks(coalesce(p_subtitle, ''))
    ), 'B'
) || setweight(
    to_tsvector(
        content.search_configuration(p_language), content.without_marks(coalesce(p_description, ''))
    ), 'C'
);

comment on function content.course_search_vector(text, text, text, text) is
'What a course is found by: its title before its subtitle before its description.

Args: p_language: a language tag; the others: the texts.
Returns: the words, weighted A, B and C.
Caller: the column courses.search_vector.';

revoke all on function content.course_search_vector(text, text, text, text) from public;
grant execute on function content.course_search_vector(text, text, text, text)
to staff, service_role;

create table content.courses (
    id uuid not null default gen_random_uuid(),
    slug text not null,
    title text not null,
    subtitle text,
    description text,
    category_id uuid,
    language text not null default 'en',
    difficulty text not null default 'beginner',
    thumbnail_url text,
    trailer_url text,
    requirements text[] not null default '{}',
    outcomes text[] not null default '{}',
    audience text[] not null default '{}',
    max_students integer,
    has_certificate boolean not null default true,
    certificate_settings jsonb not null default '{}',
    access_tier text not null default 'closed',
    is_featured boolean not null default false,
    status text not null default 'draft',
    published_at timestamptz,
    archived_at timestamptz,
    version_id uuid,
    is_published boolean generated always as (status = 'published') stored,
    is_visible boolean generated always as (published_at is not null) stored,
    search_vector tsvector generated always as (
        content.course_search_vector(language, title, subtitle, description)
    ) stored,
    created_by uuid not null default auth.uid(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_courses primary key (id),
    constraint uq_courses_slug unique (slug),
    constraint uq_courses_id_visible unique (id, is_visible),
    constraint fk_courses_category foreign key (category_id) references content.categories (id),
    constraint fk_courses_created_by foreign key (created_by) references public.profiles (id),
    constraint ck_courses_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
    constraint ck_courses_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_courses_subtitle check (length(subtitle) <= 250),
    constraint ck_courses_description check (length(description) <= 20000),
    constraint ck_courses_language check (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    constraint ck_courses_difficulty
    check (difficulty in ('beginner', 'intermediate', 'advanced', 'expert')),
    constraint ck_courses_thumbnail_url
    check (thumbnail_url ~ '^https://[^[:space:]]+$' and length(thumbnail_url) <= 2000),
    constraint ck_courses_trailer_url
    check (trailer_url ~ '^https://[^[:space:]]+$' and length(trailer_url) <= 2000),
    constraint ck_courses_requirements
    check (cardinality(requirements) <= 50 and length(requirements::text) <= 20000),
    constraint ck_courses_outcomes
    check (cardinality(outcomes) <= 50 and length(outcomes::text) <= 20000),
    constraint ck_courses_audience
    check (cardinality(audience) <= 50 and length(audience::text) <= 20000),
    constraint ck_courses_max_students check (max_students between 1 and 1000000),
    constraint ck_courses_certificate_settings check (
        jsonb_typeof(certificate_settings) = 'object'
        and length(certificate_settings::text) <= 4096
    ),
    constraint ck_courses_status
    check (status in ('draft', 'under_review', 'published', 'archived')),
    constraint ck_courses_version_id check ((version_id is null) = (published_at is null)),
    -- What was published once stays so, or is archived: people learn from it.
    constraint ck_courses_published_at check (
        case status
            when 'published' then published_at is not null
            when 'archived' then true
            else published_at is null
        end
    ),
    constraint ck_courses_archived_at check ((status = 'archived') = (archived_at is not null))
);

create index idx_courses_category_id on content.courses (category_id);
create index idx_courses_created_by on content.courses (created_by);
-- One for the catalogue, one for all that somebody may see.
create index idx_courses_catalogue on content.courses (published_at, id) where is_published;
create index idx_courses_published_at on content.courses (published_at, id);
create index idx_courses_catalogue_category
on content.courses (category_id, published_at, id) where is_published;
create index idx_courses_search_vector on content.courses using gin (search_vector)
where is_published;

create trigger trg_courses_set_updated_at
before update on content.courses
for each row execute function util.set_updated_at();

alter table content.courses enable row level security;

comment on table content.courses is
'What is taught. The catalogue shows these rows; what learners read was frozen when it was '
'published, in content_versions. Archived, never deleted under learners.';
comment on column content.courses.slug is 'Its name in addresses.';
comment on column content.courses.language is 'A language tag, as fr or fr-DZ.';
comment on column content.courses.max_students is 'Active learners at most; null: no limit.';
comment on column content.courses.certificate_settings is
'What certificates show beside the names: an object that apps agree upon.';
comment on column content.courses.access_tier is
'What the catalogue says it asks for: the name of a tier, paid_oneoff or closed. A label that '
'follows access.course_access_rules, which decide.';
comment on column content.courses.status is
'draft, under_review, published or archived; changed by functions alone.';
comment on column content.courses.published_at is 'When first; null: never.';
comment on column content.courses.version_id is
'What those who enrol now will read; null: never published.';
comment on column content.courses.is_published is 'Whether the catalogue lists it.';
comment on column content.courses.is_visible is
'Whether anyone may know it: it was published, and may be archived since.';

create table content.course_stats (
    course_id uuid not null,
    course_is_visible boolean not null default false,
    student_count integer not null default 0,
    completed_count integer not null default 0,
    rating_count integer not null default 0,
    rating_sum integer not null default 0,
    lesson_count integer not null default 0,
    duration_sec integer not null default 0,
    updated_at timestamptz not null default now(),
    constraint pk_course_stats primary key (course_id),
    constraint fk_course_stats_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint ck_course_stats_counts check (
        student_count >= 0 and completed_count >= 0 and rating_count >= 0 and lesson_count >= 0
        and duration_sec >= 0 and rating_sum between rating_count and 5 * rating_count
    )
);

create index idx_course_stats_course on content.course_stats (course_id, course_is_visible);

create trigger trg_course_stats_set_updated_at
before update on content.course_stats
for each row execute function util.set_updated_at();

alter table content.course_stats enable row level security;

comment on table content.course_stats is
'Counts of each course, kept exact by whatever changes them; content.rebuild_course_stats() makes '
'them anew. Apart from courses, because they change all the time.';
comment on column content.course_stats.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.course_stats.student_count is 'People who are or were enrolled.';
comment on column content.course_stats.rating_sum is 'Of ratings from 1 to 5.';
comment on column content.course_stats.lesson_count is 'Lessons that the catalogue shows.';
comment on column content.course_stats.duration_sec is 'Of those lessons, in seconds.';

create table content.course_instructors (
    course_id uuid not null,
    course_is_visible boolean not null default false,
    user_id uuid not null,
    position integer not null default 1,
    is_lead boolean not null default false,
    created_at timestamptz not null default now(),
    constraint pk_course_instructors primary key (course_id, user_id),
    constraint fk_course_instructors_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint fk_course_instructors_user foreign key (user_id) references public.profiles (id),
    constraint ck_course_instructors_position check (position between 1 and 1000)
);

create index idx_course_instructors_course
on content.course_instructors (course_id, course_is_visible);
create index idx_course_instructors_user_id on content.course_instructors (user_id);

alter table content.course_instructors enable row level security;

comment on table content.course_instructors is
'Who teaches a course. With the hat on they see and change it, its lessons and its learners'' '
'work.';
comment on column content.course_instructors.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.course_instructors.position is 'Order in which the catalogue names them.';
comment on column content.course_instructors.is_lead is
'Whether they may change who else teaches it. Its maker does.';

create table content.instructor_profiles (
    user_id uuid not null default auth.uid(),
    headline text,
    bio text,
    expertise text[] not null default '{}',
    is_public boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_instructor_profiles primary key (user_id),
    constraint fk_instructor_profiles_user foreign key (user_id) references public.profiles (id),
    constraint ck_instructor_profiles_headline check (length(headline) <= 150),
    constraint ck_instructor_profiles_bio check (length(bio) <= 5000),
    constraint ck_instructor_profiles_expertise
    check (cardinality(expertise) <= 30 and length(expertise::text) <= 3000)
);

create trigger trg_instructor_profiles_set_updated_at
before update on content.instructor_profiles
for each row execute function util.set_updated_at();

alter table content.instructor_profiles enable row level security;

comment on table content.instructor_profiles is 'How those who teach present themselves.';
comment on column content.instructor_profiles.is_public is 'Whether others see it.';

create table content.modules (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    course_is_visible boolean not null default false,
    module_order integer not null,
    title text not null,
    description text,
    is_published boolean not null default false,
    is_visible boolean generated always as (course_is_visible and is_published) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_modules primary key (id),
    constraint uq_modules_id_course_visible unique (id, course_id, is_visible),
    -- Deferrable, so that modules can be reordered in one statement.
    constraint uq_modules_module_order unique (course_id, module_order) deferrable,
    -- The cascade keeps the copied flag true without a trigger on every change.
    constraint fk_modules_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint ck_modules_module_order check (module_order > 0),
    constraint ck_modules_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_modules_description check (length(description) <= 5000)
);

create index idx_modules_course_id_visible on content.modules (course_id, course_is_visible);

create trigger trg_modules_set_updated_at
before update on content.modules
for each row execute function util.set_updated_at();

alter table content.modules enable row level security;

comment on table content.modules is 'Parts of a course.';
comment on column content.modules.module_order is 'Order in the course, from 1; may have gaps.';
comment on column content.modules.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.modules.is_visible is 'Whether anyone may know it.';

create table content.lessons (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    module_id uuid not null,
    module_is_visible boolean not null default false,
    lesson_order integer not null,
    title text not null,
    summary text,
    lesson_type text not null default 'article',
    duration_sec integer not null default 0,
    is_preview boolean not null default false,
    is_downloadable boolean not null default false,
    is_published boolean not null default false,
    is_visible boolean generated always as (module_is_visible and is_published) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_lessons primary key (id),
    constraint uq_lessons_id_course unique (id, course_id),
    constraint uq_lessons_lesson_order unique (module_id, lesson_order) deferrable,
    constraint fk_lessons_module
    foreign key (module_id, course_id, module_is_visible)
    references content.modules (id, course_id, is_visible) on update cascade,
    constraint ck_lessons_lesson_order check (lesson_order > 0),
    constraint ck_lessons_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_lessons_summary check (length(summary) <= 2000),
    constraint ck_lessons_lesson_type
    check (lesson_type in ('video', 'article', 'quiz', 'project', 'live')),
    constraint ck_lessons_duration_sec check (duration_sec between 0 and 604800)
);

create index idx_lessons_course_id on content.lessons (course_id);
create index idx_lessons_module on content.lessons (module_id, course_id, module_is_visible);

create trigger trg_lessons_set_updated_at
before update on content.lessons
for each row execute function util.set_updated_at();

alter table content.lessons enable row level security;

comment on table content.lessons is
'What the catalogue shows of a lesson. What it teaches stands apart, in lesson_bodies.';
comment on column content.lessons.course_id is
'The course of its module; kept so by the database when the lesson moves.';
comment on column content.lessons.module_is_visible is 'A copy of modules.is_visible.';
comment on column content.lessons.lesson_order is 'Order in the module, from 1; may have gaps.';
comment on column content.lessons.duration_sec is 'Seconds; 0: not known.';
comment on column content.lessons.is_preview is 'Whether anyone may read it.';
comment on column content.lessons.is_downloadable is
'Whether those who may read it may keep its files.';
comment on column content.lessons.is_visible is
'Whether anyone may know that there is such a lesson.';

create table content.lesson_bodies (
    lesson_id uuid not null,
    course_id uuid not null,
    content jsonb not null default '{}',
    resources jsonb not null default '[]',
    transcript text,
    video_provider text,
    video_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_lesson_bodies primary key (lesson_id),
    constraint fk_lesson_bodies_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade on delete cascade,
    constraint ck_lesson_bodies_content
    check (jsonb_typeof(content) = 'object' and length(content::text) <= 1000000),
    constraint ck_lesson_bodies_resources
    check (jsonb_typeof(resources) = 'array' and length(resources::text) <= 100000),
    constraint ck_lesson_bodies_transcript check (length(transcript) <= 500000),
    constraint ck_lesson_bodies_video check (
        (video_provider is null) = (video_id is null)
        and video_provider ~ '^[a-z][a-z0-9_]{0,39}$'
        and length(video_id) <= 500
    )
);

create index idx_lesson_bodies_lesson on content.lesson_bodies (lesson_id, course_id);
create index idx_lesson_bodies_course_id on content.lesson_bodies (course_id);

create trigger trg_lesson_bodies_set_updated_at
before update on content.lesson_bodies
for each row execute function util.set_updated_at();

alter table content.lesson_bodies enable row level security;

comment on table content.lesson_bodies is
'What a lesson teaches, as its authors work on it. Learners read what was frozen of it in '
'lesson_body_versions, through a function that asks whether they may.';
comment on column content.lesson_bodies.course_id is 'A copy of lessons.course_id.';
comment on column content.lesson_bodies.content is 'The text, as the app''s editor writes it.';
comment on column content.lesson_bodies.resources is 'Links and files: a list of objects.';
comment on column content.lesson_bodies.video_id is
'The video''s id at its provider; null: there is none.';

create table content.lesson_body_versions (
    id uuid not null default gen_random_uuid(),
    lesson_id uuid not null,
    version integer not null,
    content jsonb not null,
    resources jsonb not null,
    transcript text,
    video_provider text,
    video_id text,
    created_at timestamptz not null default now(),
    constraint pk_lesson_body_versions primary key (id),
    constraint uq_lesson_body_versions_version unique (lesson_id, version),
    constraint fk_lesson_body_versions_lesson
    foreign key (lesson_id) references content.lessons (id),
    constraint ck_lesson_body_versions_version check (version >= 1)
);

alter table content.lesson_body_versions enable row level security;

comment on table content.lesson_body_versions is
'Lessons'' bodies as they were published; never changed. One that did not change has no new one.';

create table content.content_versions (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    version integer not null,
    title text not null,
    note text,
    published_by uuid,
    published_at timestamptz not null default now(),
    constraint pk_content_versions primary key (id),
    constraint uq_content_versions_version unique (course_id, version),
    constraint uq_content_versions_id_course unique (id, course_id),
    constraint fk_content_versions_course foreign key (course_id) references content.courses (id),
    constraint fk_content_versions_published_by
    foreign key (published_by) references public.profiles (id),
    constraint ck_content_versions_version check (version >= 1),
    constraint ck_content_versions_note check (length(note) <= 2000)
);

alter table content.courses
add constraint fk_courses_version
foreign key (version_id, id) references content.content_versions (id, course_id);

create index idx_courses_version on content.courses (version_id, id);
create index idx_content_versions_published_by on content.content_versions (published_by);

alter table content.content_versions enable row level security;

comment on table content.content_versions is
'Each publication of a course, frozen. Enrolments and certificates point to the one they were made '
'with. Written by content.publish_course() alone.';
comment on column content.content_versions.version is 'From 1, without gaps.';
comment on column content.content_versions.title is 'The course''s, at that time.';
comment on column content.content_versions.note is 'What is new, for learners.';
comment on column content.content_versions.published_by is 'Null: a back end.';

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
    constraint pk_content_version_lessons primary key (version_id, lesson_id),
    constraint fk_content_version_lessons_version
    foreign key (version_id, course_id) references content.content_versions (id, course_id),
    constraint fk_content_version_lessons_lesson
    foreign key (lesson_id) references content.lessons (id),
    constraint fk_content_version_lessons_body
    foreign key (body_version_id) references content.lesson_body_versions (id)
);

create index idx_content_version_lessons_version
on content.content_version_lessons (version_id, course_id);
create index idx_content_version_lessons_course_id on content.content_version_lessons (course_id);
create index idx_content_version_lessons_lesson_id on content.content_version_lessons (lesson_id);
create index idx_content_version_lessons_body_version_id
on content.content_version_lessons (body_version_id);

alter table content.content_version_lessons enable row level security;

comment on table content.content_version_lessons is
'The lessons of a publication, in its order and with the bodies of that time.';
comment on column content.content_version_lessons.module_id is
'The module of that time, which may be gone since.';

create table content.prerequisites (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    course_is_visible boolean not null default false,
    lesson_id uuid,
    required_course_id uuid not null,
    required_lesson_id uuid,
    created_at timestamptz not null default now(),
    constraint pk_prerequisites primary key (id),
    constraint uq_prerequisites_pair unique nulls not distinct (
        course_id, lesson_id, required_course_id, required_lesson_id
    ),
    constraint fk_prerequisites_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint fk_prerequisites_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade on delete cascade,
    constraint fk_prerequisites_required_course
    foreign key (required_course_id) references content.courses (id),
    constraint fk_prerequisites_required_lesson
    foreign key (required_lesson_id, required_course_id) references content.lessons (id, course_id)
    on update cascade on delete cascade,
    constraint ck_prerequisites_within_course check (
        course_id <> required_course_id
        or (lesson_id is not null and required_lesson_id is not null)
    )
);

create index idx_prerequisites_course on content.prerequisites (course_id, course_is_visible);
create index idx_prerequisites_lesson on content.prerequisites (lesson_id, course_id);
create index idx_prerequisites_required_course_id on content.prerequisites (required_course_id);
create index idx_prerequisites_required_lesson
on content.prerequisites (required_lesson_id, required_course_id);

create function content.assert_no_prerequisite_cycle() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- One change at a time: two that are fine alone may close a circle together.
    perform pg_advisory_xact_lock('content.prerequisites'::regclass::integer, 0);
    -- Between courses the courses must not wait for each other, whatever their lessons do; within
    -- one, lessons must not.
    if exists (
        with recursive needed (course_id, lesson_id) as (
            select
                new.required_course_id as course_id,
                case new.required_course_id when new.course_id then new.required_lesson_id end
                as lesson_id
            union
            select
                p.required_course_id as course_id,
                case p.required_course_id when p.course_id then p.required_lesson_id end
                as lesson_id
            from needed as n
            inner join content.prerequisites as p on n.course_id = p.course_id
            where
                case
                    when new.course_id = new.required_course_id then
                        p.required_course_id = p.course_id and p.lesson_id = n.lesson_id
                    else p.required_course_id <> p.course_id
                end
        )

        select
        from needed as n
        where
            n.course_id = new.course_id
            and (new.course_id <> new.required_course_id or n.lesson_id = new.lesson_id)
    ) then
        raise sqlstate 'PT409' using
            message = 'these would have to be finished before each other',
            detail = 'prerequisite.cycle';
    end if;
    return null;
end;
$$;

comment on function content.assert_no_prerequisite_cycle() is
'Refuses prerequisites that wait for each other.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 prerequisite.cycle.
Caller: triggers only.';

revoke all on function content.assert_no_prerequisite_cycle() from public;

create constraint trigger trg_prerequisites_assert_no_cycle
after insert or update on content.prerequisites
deferrable initially deferred
for each row execute function content.assert_no_prerequisite_cycle();

alter table content.prerequisites enable row level security;

comment on table content.prerequisites is
'What must be completed before a course or a lesson can be begun: another course, or one lesson.';
comment on column content.prerequisites.course_is_visible is 'A copy of courses.is_visible.';
comment on column content.prerequisites.lesson_id is 'What waits; null: the whole course.';
comment on column content.prerequisites.required_lesson_id is
'What it waits for; null: the whole course.';

create table content.tags (
    id uuid not null default gen_random_uuid(),
    slug text not null,
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_tags primary key (id),
    constraint uq_tags_slug unique (slug),
    constraint ck_tags_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
    constraint ck_tags_name check (name ~ '[^[:space:]]' and length(name) <= 60)
);

create trigger trg_tags_set_updated_at
before update on content.tags
for each row execute function util.set_updated_at();

alter table content.tags enable row level security;

comment on table content.tags is 'Words that courses are found by.';

create table content.course_tags (
    course_id uuid not null,
    course_is_visible boolean not null default false,
    tag_id uuid not null,
    created_at timestamptz not null default now(),
    constraint pk_course_tags primary key (course_id, tag_id),
    constraint fk_course_tags_course
    foreign key (course_id, course_is_visible) references content.courses (id, is_visible)
    on update cascade,
    constraint fk_course_tags_tag foreign key (tag_id) references content.tags (id)
);

create index idx_course_tags_course on content.course_tags (course_id, course_is_visible);
create index idx_course_tags_tag_id on content.course_tags (tag_id);

alter table content.course_tags enable row level security;

comment on table content.course_tags is 'Which tags a course has.';
comment on column content.course_tags.course_is_visible is 'A copy of courses.is_visible.';

create table content.attachments (
    id uuid not null default gen_random_uuid(),
    course_id uuid not null,
    lesson_id uuid,
    file_id uuid not null,
    title text not null,
    attachment_order integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_attachments primary key (id),
    constraint uq_attachments_file unique nulls not distinct (course_id, lesson_id, file_id),
    constraint fk_attachments_course foreign key (course_id) references content.courses (id),
    constraint fk_attachments_lesson
    foreign key (lesson_id, course_id) references content.lessons (id, course_id)
    on update cascade on delete cascade,
    constraint ck_attachments_title check (title ~ '[^[:space:]]' and length(title) <= 150),
    constraint ck_attachments_attachment_order check (attachment_order > 0)
);

create index idx_attachments_lesson on content.attachments (lesson_id, course_id);

create trigger trg_attachments_set_updated_at
before update on content.attachments
for each row execute function util.set_updated_at();

alter table content.attachments enable row level security;

comment on table content.attachments is 'Files that belong to a course, or to one of its lessons.';
comment on column content.attachments.lesson_id is 'Null: the whole course.';
comment on column content.attachments.file_id is 'The file, in the schema that keeps files.';
