create or replace function access.read_lesson(p_lesson_id uuid)
returns table (
    lesson_id uuid,
    course_id uuid,
    course_version integer,
    title text,
    lesson_type text,
    duration_sec integer,
    content jsonb,
    resources jsonb,
    transcript text,
    video_provider text,
    video_id text
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Enrolled people read the version they enrolled with; everyone else reads the newest one.
    v_version_id uuid := coalesce(
        (
            select e.version_id
            from content.content_version_lessons as vl
            inner join learn.enrollments as e on vl.version_id = e.version_id
            where
                vl.lesson_id = p_lesson_id
                and e.user_id = auth.uid()
                and e.status in ('active', 'completed')
            order by e.enrolled_at desc
            limit 1
        ),
        (
            select c.version_id
            from content.lessons as l
            inner join content.courses as c on l.course_id = c.id
            where l.id = p_lesson_id
        )
    );
begin
    return query
    select
        vl.lesson_id,
        vl.course_id,
        v.version,
        vl.title,
        vl.lesson_type,
        vl.duration_sec,
        b.content,
        b.resources,
        b.transcript,
        b.video_provider,
        b.video_id
    from content.content_versions as v
    inner join content.content_version_lessons as vl on v.id = vl.version_id
    inner join content.lesson_body_versions as b on vl.body_version_id = b.id
    where
        v.id = v_version_id
        and vl.lesson_id = p_lesson_id
        and (access.can_read_lesson(p_lesson_id) or access.can_read_course(vl.course_id));
    if found then
        return;
    end if;
    if exists (select from content.lessons as l where l.id = p_lesson_id and l.is_visible) then
        raise sqlstate 'PT403' using
            message = 'this lesson is not open to you',
            detail = 'access.denied',
            hint = 'Call explain_access with the course of the lesson to see what opens it.';
    end if;
    raise sqlstate 'PT404' using
        message = format('no lesson has the id %L, or you may not see it', p_lesson_id),
        detail = 'lesson.not_found',
        hint = 'Send an id from the view lessons.';
end;
$$;

comment on function access.read_lesson(uuid) is
'The content of a lesson, for people who may read it: from the publication that they enrolled with,
else from the newest one.

Definer, because nobody reads bodies directly.

Args: p_lesson_id: the lesson.
Returns: one row.
Raises: PT403 access.denied, PT404 lesson.not_found.
Caller: anyone.';

revoke all on function access.read_lesson(uuid) from public;
grant execute on function access.read_lesson(uuid) to anon, authenticated, staff, service_role;
