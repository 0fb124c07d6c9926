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
    from content.courses as c
    inner join content.content_versions as v on c.version_id = v.id
    inner join content.content_version_lessons as vl on v.id = vl.version_id
    inner join content.lesson_body_versions as b on vl.body_version_id = b.id
    where
        vl.lesson_id = p_lesson_id
        and c.id = (select l.course_id from content.lessons as l where l.id = p_lesson_id)
        and access.can_read_lesson(p_lesson_id);
    if found then
        return;
    end if;
    if exists (select from content.lessons as l where l.id = p_lesson_id and l.is_visible) then
        raise sqlstate 'PT403' using
            message = 'this lesson is not open to you',
            detail = 'access.denied',
            hint = 'explain_access says what its course asks for.';
    end if;
    raise sqlstate 'PT404' using
        message = 'no such lesson', detail = 'lesson.not_found';
end;
$$;

comment on function access.read_lesson(uuid) is
'What a lesson teaches, as it was published last, for those who may read it.

Definer, because bodies are read by nobody directly.

Args: p_lesson_id: the lesson.
Returns: one row.
Raises: PT403 access.denied, PT404 lesson.not_found.
Caller: anyone.';

revoke all on function access.read_lesson(uuid) from public;
grant execute on function access.read_lesson(uuid) to anon, authenticated, staff, service_role;
