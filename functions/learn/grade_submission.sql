create or replace function learn.grade_submission(
    p_submission_id uuid,
    p_version integer,
    p_points numeric,
    p_feedback text default null
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_submission learn.submissions;
    v_enrollment learn.enrollments;
begin
    select * into v_submission from learn.submissions as s where s.id = p_submission_id;
    perform learn.assert_may_grade(v_submission.course_id, v_submission.user_id);
    if v_submission.id is null then
        raise sqlstate 'PT404' using
            message = format('no submission has the id %L', p_submission_id),
            detail = 'submission.not_found',
            hint = 'Send an id from the view people_submissions.';
    end if;
    if
        (p_points between 0 and v_submission.max_points and scale(trim_scale(p_points)) <= 2)
        is not true
        or length(p_feedback) > 20000
    then
        raise sqlstate 'PT400' using
            message = format('the assignment cannot give %L points', p_points),
            detail = 'grade.points_invalid',
            hint = format(
                'Send points from 0 to %s, with up to two decimals.', v_submission.max_points
            );
    end if;
    select * into strict v_enrollment
    from learn.enrollments as e
    where e.user_id = v_submission.user_id and e.course_id = v_submission.course_id
    for no key update;
    update learn.submissions as s
    set
        status = 'graded',
        version = s.version + 1,
        raw_points = p_points,
        points = round(p_points * (100 - s.penalty_percent) / 100, 2),
        is_passed = p_points * (100 - s.penalty_percent) >= a.passing_percent * s.max_points,
        feedback = coalesce(p_feedback, s.feedback),
        graded_by = (select p.id from public.profiles as p where p.id = auth.uid()),
        graded_at = now()
    from learn.assignments as a
    where s.id = p_submission_id and s.version = p_version and s.assignment_id = a.id
    returning s.* into v_submission;
    if not found then
        raise sqlstate 'PT409' using
            message = 'somebody else has graded this in the meantime',
            detail = 'grade.conflict',
            hint = 'Read the grade again and send its version.';
    end if;
    perform learn.credit_learning(
        v_submission.user_id, v_submission.course_id, 'assignment', 'graded',
        v_submission.assignment_id
    );
    perform learn.complete_course(v_enrollment);
    perform from gamification.evaluate_achievements(v_submission.user_id);
    return jsonb_build_object(
        'submission_id', v_submission.id,
        'version', v_submission.version,
        'raw_points', v_submission.raw_points,
        'points', v_submission.points,
        'is_passed', v_submission.is_passed
    );
end;
$$;

comment on function learn.grade_submission(uuid, integer, numeric, text) is
'Grades a submission, or regrades it. The assignment''s late policy and due date apply as
they are now; XP, certificates and completed courses are not taken back.

Definer, because nobody writes grades directly.

Args: p_submission_id: the submission; p_version: its version that the grader saw; p_points: before
the late policy; p_feedback: null leaves it as it is.
Returns: {submission_id, version, raw_points, points, is_passed}.
Raises: PT404 grade.not_found, PT403 grade.own_work, PT404 submission.not_found, PT400
grade.points_invalid, PT409 grade.conflict.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course, for
others; service.';

revoke all on function learn.grade_submission(uuid, integer, numeric, text) from public;
grant execute on function learn.grade_submission(uuid, integer, numeric, text)
to staff, service_role;
