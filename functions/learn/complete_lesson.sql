create or replace function learn.complete_lesson(p_lesson_id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := auth.uid();
    v_enrollment learn.enrollments := learn.begin_lesson(v_user_id, p_lesson_id);
    v_progress learn.user_progress;
    v_xp bigint := 0;
    v_is_new boolean;
begin
    select * into strict v_progress
    from learn.user_progress as up
    where up.user_id = v_user_id and up.lesson_id = p_lesson_id;
    v_is_new := v_progress.status <> 'completed';
    if v_is_new then
        perform learn.assert_lesson_done(v_progress, v_enrollment.version_id);
        update learn.user_progress as up
        set status = 'completed', completed_at = now(), last_activity_at = now()
        where up.user_id = v_user_id and up.lesson_id = p_lesson_id
        returning * into strict v_progress;
        v_xp := learn.credit_learning(
            v_user_id, v_enrollment.course_id, 'lesson', 'completed', p_lesson_id
        );
    end if;
    -- Also checked for a lesson that was completed before: the rest of the course may be complete
    -- now.
    v_enrollment := learn.complete_course(v_enrollment);
    if v_is_new then
        perform gamification.record_activity_day(v_user_id);
        perform from gamification.evaluate_achievements(v_user_id);
    end if;
    return jsonb_build_object(
        'lesson_id', p_lesson_id,
        'course_id', v_enrollment.course_id,
        'completed_at', v_progress.completed_at,
        'is_new', v_is_new,
        'xp', v_xp,
        'course_status', v_enrollment.status,
        'course_completed_at', v_enrollment.completed_at,
        'certificate_id', (
            select c.id from learn.certificates as c
            where
                c.user_id = v_user_id
                and c.course_id = v_enrollment.course_id
                and c.revoked_at is null
        )
    );
end;
$$;

comment on function learn.complete_lesson(uuid) is
'Completes a lesson; the last lesson completes the course. XP, certificate, streak and achievements
follow in the same transaction, or nothing happens.

Definer, because nobody writes progress, the ledger or certificates directly. The person and lesson
are the key: however often this is called, it happens once.

Args: p_lesson_id: the lesson.
Returns: {lesson_id, course_id, completed_at, is_new, xp (for the lesson, by this call),
course_status, course_completed_at, certificate_id}.
Raises: as learn.assert_may_study(), PT409 lesson.not_watched, PT409 lesson.assessment_open, PT409
lesson.assignment_open.
Caller: anyone with a login, for themselves.';

revoke all on function learn.complete_lesson(uuid) from public;
grant execute on function learn.complete_lesson(uuid) to authenticated, staff;
