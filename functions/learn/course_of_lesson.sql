create or replace function learn.course_of_lesson(p_user_id uuid, p_lesson_id uuid) returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select e.course_id
            from content.content_version_lessons as vl
            inner join learn.enrollments as e on vl.version_id = e.version_id
            where vl.lesson_id = p_lesson_id and e.user_id = p_user_id
            -- A lesson that moved may be part of two courses' publications.
            order by e.status in ('active', 'completed') desc, e.enrolled_at desc
            limit 1
        ),
        (select l.course_id from content.lessons as l where l.id = p_lesson_id)
    );
end;
$$;

comment on function learn.course_of_lesson(uuid, uuid) is
'The course in which somebody takes a lesson, or took it last; else the one to which it belongs.

Args: p_user_id: the learner; p_lesson_id: the lesson.
Returns: the course; null where there is no such lesson.
Caller: functions of this package.';

revoke all on function learn.course_of_lesson(uuid, uuid) from public;
