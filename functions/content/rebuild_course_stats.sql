create or replace function content.rebuild_course_stats(p_course_id uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Every other change of the counts waits for this row first.
    perform from content.course_stats as s where s.course_id = p_course_id for update;
    update content.course_stats as s
    set
        lesson_count = l.lessons,
        duration_sec = l.duration_sec,
        student_count = e.students,
        active_count = e.active,
        completed_count = e.completed
    from (
        select
            count(*) as lessons,
            coalesce(sum(vl.duration_sec), 0) as duration_sec
        from content.courses as c
        inner join content.content_version_lessons as vl on c.version_id = vl.version_id
        where c.id = p_course_id
    ) as l
    cross join (
        select
            count(*) as students,
            count(*) filter (where x.status = 'active') as active,
            count(*) filter (where x.status = 'completed') as completed
        from learn.enrollments as x
        where x.course_id = p_course_id
    ) as e
    where s.course_id = p_course_id;
end;
$$;

comment on function content.rebuild_course_stats(uuid) is
'Recounts the lessons and learners of a course.

Definer, because nobody writes the counts directly.

Args: p_course_id: the course.
Returns: nothing.
Caller: service.';

revoke all on function content.rebuild_course_stats(uuid) from public;
grant execute on function content.rebuild_course_stats(uuid) to service_role;
