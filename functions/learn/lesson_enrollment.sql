create or replace function learn.lesson_enrollment(
    p_user_id uuid,
    p_lesson_id uuid
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (
        select e.course_id
        from content.content_version_lessons as vl
        inner join learn.enrollments as e on vl.version_id = e.version_id
        where vl.lesson_id = p_lesson_id and e.user_id = p_user_id
        -- A lesson that moved may be part of two courses' publications.
        order by e.status in ('active', 'completed') desc, e.enrolled_at desc
        limit 1
    );
    v_enrollment learn.enrollments := learn.lock_enrollment(p_user_id, v_course_id);
begin
    -- The learner may have moved to another publication in between.
    if not exists (
        select from content.content_version_lessons as vl
        where vl.version_id = v_enrollment.version_id and vl.lesson_id = p_lesson_id
    ) then
        raise sqlstate 'PT404' using
            message = format(
                'the version of the course that you take has no lesson with the id %L', p_lesson_id
            ),
            detail = 'lesson.not_found',
            hint = 'Call adopt_course_version to take up the newest version, or check the id.';
    end if;
    if not (
        access.person_can_read_course(p_user_id, v_enrollment.course_id)
        or access.person_can_read_lesson(p_user_id, p_lesson_id)
    ) then
        raise sqlstate 'PT403' using
            message = 'this lesson is not open to you',
            detail = 'access.denied',
            hint = 'Call explain_access with the course of the lesson to see what opens it.';
    end if;
    return v_enrollment;
end;
$$;

comment on function learn.lesson_enrollment(uuid, uuid) is
'The enrolment under which somebody takes a lesson, its row locked. The lesson is part of the
publication that they read, and open to them.

Args: p_user_id: the learner; p_lesson_id: the lesson.
Returns: the enrolment, active or completed.
Raises: PT409 enrollment.required, PT404 lesson.not_found, PT403 access.denied.
Caller: functions of this package.';

revoke all on function learn.lesson_enrollment(uuid, uuid) from public;
