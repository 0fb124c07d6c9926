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
    v_course_id uuid := learn.course_of_lesson(auth.uid(), p_lesson_id);
    v_version_id uuid;
    v_is_learner boolean;
begin
    select e.version_id into v_version_id
    from learn.enrollments as e
    where
        e.user_id = auth.uid()
        and e.course_id = v_course_id
        and e.status in ('active', 'completed')
        and (e.expires_at is null or e.expires_at > now());
    v_is_learner := found;
    -- Enrolled people read the version they enrolled with; everyone else reads the newest one.
    if not v_is_learner then
        select c.id, c.version_id into v_course_id, v_version_id
        from content.lessons as l
        inner join content.courses as c on l.course_id = c.id
        where l.id = p_lesson_id;
    end if;
    if not (access.is_open_lesson(p_lesson_id) or access.is_reader_of_all(v_course_id)) then
        if v_is_learner then
            perform learn.assert_may_study(auth.uid(), v_course_id, p_lesson_id);
        else
            perform access.assert_may_read_lesson(v_course_id, p_lesson_id, v_version_id);
        end if;
    end if;
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
    where v.id = v_version_id and vl.lesson_id = p_lesson_id;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no lesson has the id %L, or you may not see it', p_lesson_id),
            detail = 'lesson.not_found',
            hint = 'Send an id from the view lessons.';
    end if;
end;
$$;

comment on function access.read_lesson(uuid) is
'The content of a lesson, for people who may read it: from the publication that they enrolled with,
else from the newest one. A lesson that is open to everybody is open to its learners too, whatever
they have completed.

Definer, because nobody reads bodies directly.

Args: p_lesson_id: the lesson.
Returns: one row.
Raises: PT403 access.denied, PT404 lesson.not_found, PT409 prerequisite.unmet; to people who are
enrolled in the course: as learn.assert_may_study().
Caller: anyone.';

revoke all on function access.read_lesson(uuid) from public;
grant execute on function access.read_lesson(uuid) to anon, authenticated, staff, service_role;
