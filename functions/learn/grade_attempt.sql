create or replace function learn.grade_attempt(
    p_attempt_id uuid,
    p_version integer,
    p_item_points jsonb,
    p_item_feedback jsonb default '{}',
    p_feedback text default null
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts;
    v_result learn.attempt_results;
begin
    select * into v_attempt
    from learn.user_assessment_attempts as t
    where t.id = p_attempt_id;
    perform learn.assert_may_grade(v_attempt.course_id, v_attempt.user_id);
    v_attempt := learn.lock_attempt(p_attempt_id);
    if v_attempt.status = 'open' then
        raise sqlstate 'PT409' using
            message = 'this attempt has not been handed in yet',
            detail = 'attempt.open',
            hint = 'Grade it after the learner hands it in or its deadline passes.';
    end if;
    perform learn.assert_grades(v_attempt.version_id, p_item_points, p_item_feedback);
    update learn.attempt_results as r
    set
        version = r.version + 1,
        item_points = r.item_points || p_item_points,
        item_feedback = r.item_feedback || p_item_feedback,
        feedback = coalesce(p_feedback, r.feedback),
        graded_by = (select p.id from public.profiles as p where p.id = auth.uid())
    where r.attempt_id = p_attempt_id and r.version = p_version;
    if not found then
        raise sqlstate 'PT409' using
            message = 'somebody else has graded this in the meantime',
            detail = 'grade.conflict',
            hint = 'Read the grade again and send its version.';
    end if;
    v_attempt := learn.settle_attempt(v_attempt);
    select * into strict v_result
    from learn.attempt_results as r
    where r.attempt_id = p_attempt_id;
    return jsonb_build_object(
        'attempt_id', p_attempt_id,
        'status', v_attempt.status,
        'version', v_result.version,
        'score', v_result.score,
        'max_score', v_result.max_score,
        'is_passed', v_result.is_passed
    );
end;
$$;

comment on function learn.grade_attempt(uuid, integer, jsonb, jsonb, text) is
'Grades items of an attempt, or regrades them. Once every item has points the attempt is graded and
a pass takes effect; XP, certificates and completed courses are not taken back.

Definer, because nobody writes results directly.

Args: p_attempt_id: the attempt; p_version: the result''s version that the grader saw;
p_item_points: {item id: points}, from the item''s penalty below 0 to its points; p_item_feedback:
{item id: text}; p_feedback: for the whole attempt, null leaves it as it is.
Returns: {attempt_id, status: submitted or graded, version, score, max_score, is_passed}.
Raises: PT404 grade.not_found, PT403 grade.own_work, PT404 attempt.not_found, PT409 attempt.open,
PT400 grade.points_invalid, PT409 grade.conflict.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course, for
others; service.';

revoke all on function learn.grade_attempt(uuid, integer, jsonb, jsonb, text) from public;
grant execute on function learn.grade_attempt(uuid, integer, jsonb, jsonb, text)
to staff, service_role;
