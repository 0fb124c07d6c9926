create or replace function learn.settle_attempt(
    p_attempt learn.user_assessment_attempts
) returns learn.user_assessment_attempts
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts := p_attempt;
    v_result learn.attempt_results;
    v_type text;
begin
    update learn.attempt_results as r
    set
        score = sums.score,
        is_passed = sums.score * 100 >= v.passing_percent * r.max_score and sums.is_done,
        graded_at = case when sums.is_done then now() end,
        shown_at = case
            when not sums.is_done then null
            when a.results_shown = 'at_once' then now()
            when a.results_shown = 'after_close' then greatest(learn.last_answer_at(a), now())
        end
    from
        (
            select
                greatest(0, coalesce(sum(p.value::numeric), 0)) as score,
                bool_and(p.value is not null) as is_done
            from learn.attempt_results as x
            cross join lateral jsonb_each_text(x.item_points) as p (key, value)
            where x.attempt_id = p_attempt.id
        ) as sums,
        learn.assessment_versions as v
    inner join learn.assessments as a on v.assessment_id = a.id
    where r.attempt_id = p_attempt.id and v.id = p_attempt.version_id
    returning r.* into strict v_result;
    if v_result.graded_at is null then
        return v_attempt;
    end if;
    update learn.user_assessment_attempts as t
    set status = 'graded'
    where t.id = p_attempt.id
    returning * into strict v_attempt;
    select a.assessment_type into strict v_type
    from learn.assessments as a
    where a.id = p_attempt.assessment_id;
    if
        v_result.is_passed
        and v_type <> 'practice'
        and exists (
            select from learn.enrollments as e
            where
                e.user_id = v_attempt.user_id
                and e.course_id = v_attempt.course_id
                and e.status in ('active', 'completed')
        )
    then
        perform learn.credit_learning(
            v_attempt.user_id, v_attempt.course_id, 'quiz', 'passed', v_attempt.assessment_id
        );
        perform learn.complete_course(e)
        from learn.enrollments as e
        where e.user_id = v_attempt.user_id and e.course_id = v_attempt.course_id;
        perform from gamification.evaluate_achievements(v_attempt.user_id);
    end if;
    return v_attempt;
end;
$$;

comment on function learn.settle_attempt(learn.user_assessment_attempts) is
'Adds up the points of an attempt; once every item has points it is graded, and a pass takes effect.

Args: p_attempt: the row, locked by the caller with its enrolment.
Returns: the row as it is now.
Raises: as gamification.credit_xp().
Caller: functions of this package.';

revoke all on function learn.settle_attempt(learn.user_assessment_attempts) from public;
