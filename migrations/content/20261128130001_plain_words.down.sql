create or replace function content.assert_category_tree() returns trigger
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

revoke all on function content.assert_category_tree() from public;

create or replace function content.assert_no_prerequisite_cycle() returns trigger
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

revoke all on function content.assert_no_prerequisite_cycle() from public;

comment on schema content is
'Courses, their modules and lessons, and what was published of them.';
comment on function content.assert_category_tree() is
'Refuses a category below itself, and trees of ten levels.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 category.tree_invalid.
Caller: triggers only.';
comment on table content.categories is 'What courses are about, as a tree.';
comment on column content.categories.slug is 'Its name in addresses.';
comment on function content.search_configuration(text) is
'The text search configuration of a language. A cast to regconfig is not immutable, this is.

Args: p_language: a language tag, as fr or fr-DZ.
Returns: the configuration; simple, which knows no word forms, for languages not listed.
Caller: functions of this package.';
comment on function content.course_search_vector(text, text, text, text) is
'What a course is found by: its title before its subtitle before its description.

Args: p_language: a language tag; the others: the texts.
Returns: the words, weighted A, B and C.
Caller: the column courses.search_vector.';
comment on table content.courses is
'What is taught. The catalogue shows these rows; what learners read was frozen when it was '
'published, in content_versions. Archived, never deleted under learners.';
comment on column content.courses.slug is 'Its name in addresses.';
comment on column content.courses.language is 'A language tag, as fr or fr-DZ.';
comment on column content.courses.certificate_settings is
'What certificates show beside the names: an object that apps agree upon.';
comment on column content.courses.access_tier is
'What the catalogue says it asks for: the name of a tier, paid_oneoff or closed. A label that '
'follows access.course_access_rules, which decide.';
comment on column content.courses.published_at is 'When first; null: never.';
comment on column content.courses.version_id is
'What those who enrol now will read; null: never published.';
comment on column content.courses.is_visible is
'Whether anyone may know it: it was published, and may be archived since.';
comment on table content.course_stats is
'Counts of each course, kept exact by whatever changes them; content.rebuild_course_stats() makes '
'them anew. Apart from courses, because they change all the time.';
comment on column content.course_stats.rating_sum is 'Of ratings from 1 to 5.';
comment on column content.course_stats.duration_sec is 'Of those lessons, in seconds.';
comment on table content.course_instructors is
'Who teaches a course. With the hat on they see and change it, its lessons and its learners'' '
'work.';
comment on column content.course_instructors.is_lead is
'Whether they may change who else teaches it. Its maker does.';
comment on table content.instructor_profiles is 'How those who teach present themselves.';
comment on column content.modules.is_visible is 'Whether anyone may know it.';
comment on table content.lessons is
'What the catalogue shows of a lesson. What it teaches stands apart, in lesson_bodies.';
comment on column content.lessons.course_id is
'The course of its module; kept so by the database when the lesson moves.';
comment on column content.lessons.is_visible is
'Whether anyone may know that there is such a lesson.';
comment on table content.lesson_bodies is
'What a lesson teaches, as its authors work on it. Learners read what was frozen of it in '
'lesson_body_versions, through a function that asks whether they may.';
comment on table content.lesson_body_versions is
'Lessons'' bodies as they were published; never changed. One that did not change has no new one.';
comment on column content.content_versions.title is 'The course''s, at that time.';
comment on column content.content_versions.note is 'What is new, for learners.';
comment on column content.content_version_lessons.module_id is
'The module of that time, which may be gone since.';
comment on function content.assert_no_prerequisite_cycle() is
'Refuses prerequisites that wait for each other.

Definer, because before Postgres 18 a deferred trigger runs as whoever ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 prerequisite.cycle.
Caller: triggers only.';
comment on table content.prerequisites is
'What must be completed before a course or a lesson can be begun: another course, or one lesson.';
comment on column content.prerequisites.lesson_id is 'What waits; null: the whole course.';
comment on column content.prerequisites.required_lesson_id is
'What it waits for; null: the whole course.';
comment on table content.course_tags is 'Which tags a course has.';
comment on column content.course_stats.active_count is
'Of those, who learn now: they neither completed nor left it. What courses.max_students limits.';
