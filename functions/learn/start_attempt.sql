create or replace function learn.start_attempt(p_assessment_id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_assessment learn.assessments;
    v_version learn.assessment_versions;
    v_enrollment learn.enrollments;
    v_attempt learn.user_assessment_attempts;
begin
    select * into v_assessment
    from learn.assessments as a
    where
        a.id = p_assessment_id
        and a.is_published
        and learn.has_part(auth.uid(), a.course_id, a.lesson_id);
    if not found then
        raise sqlstate 'PT404' using
            message = format(
                'no assessment in the courses you take has the id %L', p_assessment_id
            ),
            detail = 'assessment.not_found',
            hint = 'Enrol in its course first, or check the id.';
    end if;
    v_enrollment := learn.lock_enrollment(
        auth.uid(), v_assessment.course_id, v_assessment.lesson_id
    );
    perform learn.close_attempts(auth.uid(), p_assessment_id);
    select * into v_attempt
    from learn.user_assessment_attempts as t
    where t.assessment_id = p_assessment_id and t.user_id = auth.uid() and t.status = 'open';
    if not found then
        perform learn.assert_may_attempt(v_assessment, auth.uid());
        select * into strict v_version
        from learn.assessment_versions as v
        where v.id = v_assessment.version_id;
        insert into learn.user_assessment_attempts (
            assessment_id, version_id, user_id, course_id, attempt_no, deadline_at
        )
        select
            p_assessment_id, v_version.id, auth.uid(), v_enrollment.course_id, count(*) + 1,
            learn.deadline_of(v_assessment, now(), v_version.time_limit_sec)
        from learn.user_assessment_attempts as t
        where t.assessment_id = p_assessment_id and t.user_id = auth.uid()
        returning * into strict v_attempt;
        if v_assessment.is_proctored then
            insert into learn.proctoring_sessions (attempt_id, user_id, course_id)
            values (v_attempt.id, v_attempt.user_id, v_attempt.course_id);
        end if;
    end if;
    return jsonb_build_object(
        'attempt_id', v_attempt.id,
        'attempt_no', v_attempt.attempt_no,
        'started_at', v_attempt.started_at,
        'deadline_at', v_attempt.deadline_at,
        'server_time', now(),
        'items', learn.shown_items(v_attempt),
        'answers', v_attempt.answers
    );
end;
$$;

comment on function learn.start_attempt(uuid) is
'Begins an attempt at an assessment, or continues the open one. The time runs by the server''s clock
from the first call.

Definer, because nobody reads questions or writes attempts directly. A person has one open attempt
at an assessment: a repeated call returns the same one.

Args: p_assessment_id: the assessment.
Returns: {attempt_id, attempt_no, started_at, deadline_at or null, server_time, items: [{id, type,
prompt, options, points, penalty, has_partial_credit}], answers: the saved ones}.
Raises: PT404 assessment.not_found, as learn.assert_may_study(), PT409 assessment.not_open, PT409
assessment.attempts_used.
Caller: anyone with a login, for themselves.';

revoke all on function learn.start_attempt(uuid) from public;
grant execute on function learn.start_attempt(uuid) to authenticated, staff;
