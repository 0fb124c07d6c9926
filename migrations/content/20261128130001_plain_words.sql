-- The two functions get a hint for their callers; the rest is wording.
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
            message = 'a category cannot be below itself or below nine others',
            detail = 'category.tree_invalid',
            hint = 'Choose another parent category.';
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
            message = 'these prerequisites would wait for each other',
            detail = 'prerequisite.cycle',
            hint = 'Remove one of the prerequisites that lead back to the start.';
    end if;
    return null;
end;
$$;

revoke all on function content.assert_no_prerequisite_cycle() from public;

comment on schema content is
'Courses, their modules and lessons, and their publications.';
comment on function content.assert_category_tree() is
'Refuses a category below itself, and trees of ten levels.

Definer, because before Postgres 18 a deferred trigger runs as the role that ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 category.tree_invalid.
Caller: triggers only.';
comment on table content.categories is 'Subjects of courses, as a tree.';
comment on column content.categories.slug is 'Its name in URLs.';
comment on function content.search_configuration(text) is
'The text search configuration of a language. A cast to regconfig is not immutable; this function
is.

Args: p_language: a language tag, such as fr or fr-DZ.
Returns: the configuration; simple, which knows no word forms, for languages not listed.
Caller: functions of this package.';
comment on function content.course_search_vector(text, text, text, text) is
'The words by which a course is found: its title before its subtitle before its description.

Args: p_language: a language tag; the others: the texts.
Returns: the words, weighted A, B and C.
Caller: the column courses.search_vector.';
comment on table content.courses is
'Courses. The catalogue shows these rows; learners read the copy in content_versions that was '
'frozen when it was published. A course with learners is archived, never deleted.';
comment on column content.courses.slug is 'Its name in URLs.';
comment on column content.courses.language is 'A language tag, such as fr or fr-DZ.';
comment on column content.courses.certificate_settings is
'Further content of certificates: an object whose keys the apps choose.';
comment on column content.courses.access_tier is
'The access it requires, as the catalogue shows it: the name of a tier, paid_oneoff or closed. A '
'label derived from access.course_access_rules, which decide.';
comment on column content.courses.published_at is 'When it was first published; null: never.';
comment on column content.courses.version_id is
'The publication for people who enrol now; null: never published.';
comment on column content.courses.is_visible is
'Whether everyone may see it: it was published, and may be archived since.';
comment on table content.course_stats is
'Counts of each course, kept exact by every change; content.rebuild_course_stats() recounts them. '
'Apart from courses, because they change all the time.';
comment on column content.course_stats.rating_sum is 'Sum of ratings from 1 to 5.';
comment on column content.course_stats.duration_sec is 'Length of those lessons in seconds.';
comment on table content.course_instructors is
'The people who teach a course. Running as role staff they see and change it, its lessons and its '
'learners'' work.';
comment on column content.course_instructors.is_lead is
'Whether they may change who else teaches it. The creator of the course may.';
comment on table content.instructor_profiles is 'Profiles in which teachers present themselves.';
comment on column content.modules.is_visible is 'Whether everyone may see it.';
comment on table content.lessons is
'Lessons as the catalogue shows them. Their content is in lesson_bodies.';
comment on column content.lessons.course_id is
'The course of its module; the database changes it when the lesson moves.';
comment on column content.lessons.is_visible is
'Whether everyone may see that the lesson exists.';
comment on table content.lesson_bodies is
'The content of a lesson, as its authors edit it. Learners read the frozen copies in '
'lesson_body_versions, through a function that checks their access.';
comment on table content.lesson_body_versions is
'Bodies of lessons as they were published; never changed. A body that did not change gets no new '
'version.';
comment on column content.content_versions.title is 'The title of the course at that time.';
comment on column content.content_versions.note is 'A release note for learners.';
comment on column content.content_version_lessons.module_id is
'The module at that time, which may no longer exist.';
comment on function content.assert_no_prerequisite_cycle() is
'Refuses prerequisites that wait for each other.

Definer, because before Postgres 18 a deferred trigger runs as the role that ends the transaction.

Returns: null, as an AFTER trigger.
Raises: PT409 prerequisite.cycle.
Caller: triggers only.';
comment on table content.prerequisites is
'Courses and single lessons that must be completed before a course or a lesson can be begun.';
comment on column content.prerequisites.lesson_id is
'The lesson that waits; null: the whole course.';
comment on column content.prerequisites.required_lesson_id is
'The lesson that it waits for; null: the whole course.';
comment on table content.course_tags is 'Tags of each course.';
comment on column content.course_stats.active_count is
'Of those, the people who learn now: they neither completed nor left it. courses.max_students '
'limits this number.';
