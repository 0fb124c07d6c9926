create or replace function content.freeze_course(p_course_id uuid, p_note text) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version_id uuid;
    v_version integer;
    v_lessons integer;
    v_duration integer;
begin
    perform content.freeze_lesson_bodies(p_course_id);
    insert into content.content_versions (course_id, version, title, note, published_by)
    select
        c.id,
        coalesce(
            (select max(v.version) from content.content_versions as v where v.course_id = c.id), 0
        ) + 1,
        c.title,
        p_note,
        (select p.id from public.profiles as p where p.id = auth.uid())
    from content.courses as c
    where c.id = p_course_id
    returning id, version into v_version_id, v_version;

    with frozen as (
        insert into content.content_version_lessons (
            version_id, course_id, lesson_id, body_version_id, module_id, module_title,
            module_order, lesson_order, title, summary, lesson_type, duration_sec, is_preview
        )
        select
            v_version_id, p_course_id, l.id, b.id, m.id, m.title,
            m.module_order, l.lesson_order, l.title, l.summary, l.lesson_type, l.duration_sec,
            l.is_preview
        from content.lessons as l
        inner join content.modules as m on l.module_id = m.id
        inner join lateral (
            select v.id
            from content.lesson_body_versions as v
            where v.lesson_id = l.id
            order by v.version desc
            limit 1
        ) as b on true
        where l.course_id = p_course_id and l.is_published and m.is_published
        returning duration_sec
    )

    select count(*), coalesce(sum(f.duration_sec), 0) into v_lessons, v_duration
    from frozen as f;
    if v_lessons = 0 then
        raise sqlstate 'PT409' using
            message = 'the course has no published lesson',
            detail = 'course.empty',
            hint = 'Publish a lesson that has a body, in a module that is published.';
    end if;

    update content.courses
    set
        status = 'published',
        published_at = coalesce(published_at, now()),
        archived_at = null,
        version_id = v_version_id
    where id = p_course_id;
    update content.course_stats
    set lesson_count = v_lessons, duration_sec = v_duration
    where course_id = p_course_id;
    return v_version;
end;
$$;

comment on function content.freeze_course(uuid, text) is
'Makes a new version of a course from the modules and lessons that are published now.

Args: p_course_id: the course, its row locked by the caller; p_note: a release note.
Returns: the version''s number.
Raises: PT409 course.empty.
Caller: functions of this package.';

revoke all on function content.freeze_course(uuid, text) from public;
