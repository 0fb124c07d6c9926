create or replace function learn.begin_lesson(
    p_user_id uuid,
    p_lesson_id uuid
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments := learn.lesson_enrollment(p_user_id, p_lesson_id);
begin
    -- The lesson has moved, and the learner takes it in its new course now.
    update learn.user_progress as up
    set course_id = v_enrollment.course_id
    where up.user_id = p_user_id and up.lesson_id = p_lesson_id;
    if not found then
        perform learn.assert_prerequisites(
            p_user_id, v_enrollment.course_id, p_lesson_id, v_enrollment.version_id
        );
        insert into learn.user_progress (user_id, lesson_id, course_id)
        values (p_user_id, p_lesson_id, v_enrollment.course_id);
    end if;
    return v_enrollment;
end;
$$;

comment on function learn.begin_lesson(uuid, uuid) is
'Makes sure that somebody has begun a lesson.

Args: p_user_id: the learner; p_lesson_id: the lesson.
Returns: the enrolment, its row locked.
Raises: as learn.lesson_enrollment() and learn.assert_prerequisites().
Caller: functions of this package.';

revoke all on function learn.begin_lesson(uuid, uuid) from public;
