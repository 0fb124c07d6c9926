create or replace function learn.begin_lesson(
    p_user_id uuid,
    p_lesson_id uuid
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments := learn.lock_enrollment(
        p_user_id, learn.course_of_lesson(p_user_id, p_lesson_id), p_lesson_id
    );
begin
    insert into learn.user_progress as up (user_id, lesson_id, course_id)
    values (p_user_id, p_lesson_id, v_enrollment.course_id)
    -- The lesson has moved, and the learner takes it in its new course now.
    on conflict on constraint pk_user_progress do update
    set course_id = excluded.course_id
    where up.course_id <> excluded.course_id;
    return v_enrollment;
end;
$$;

comment on function learn.begin_lesson(uuid, uuid) is
'Makes sure that somebody has begun a lesson.

Args: p_user_id: the learner; p_lesson_id: the lesson.
Returns: the enrolment, its row locked.
Raises: as learn.assert_may_study().
Caller: functions of this package.';

revoke all on function learn.begin_lesson(uuid, uuid) from public;
