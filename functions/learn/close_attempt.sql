create or replace function learn.close_attempt(
    p_attempt learn.user_assessment_attempts,
    p_answers jsonb,
    p_is_late boolean
) returns learn.user_assessment_attempts
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts;
begin
    update learn.user_assessment_attempts as t
    set
        status = 'submitted',
        submitted_at = now(),
        was_late = p_is_late,
        answers = t.answers || p_answers
    where t.id = (p_attempt).id
    returning * into strict v_attempt;
    insert into learn.attempt_results (
        attempt_id, user_id, course_id, assessment_id, item_points, score, max_score, is_passed
    )
    select
        v_attempt.id,
        v_attempt.user_id,
        v_attempt.course_id,
        v_attempt.assessment_id,
        jsonb_object_agg(
            i.item ->> 'id',
            learn.grade_item(
                i.item, k.keys -> (i.item ->> 'id'), v_attempt.answers -> (i.item ->> 'id')
            )
        ),
        0,
        v.max_points,
        false
    from learn.assessment_versions as v
    inner join learn.assessment_version_keys as k on v.id = k.version_id
    cross join lateral jsonb_array_elements(v.items) as i (item)
    where v.id = v_attempt.version_id
    group by v.max_points;
    return learn.settle_attempt(v_attempt);
end;
$$;

comment on function learn.close_attempt(learn.user_assessment_attempts, jsonb, boolean) is
'Ends an open attempt and grades the items that no person must grade.

Args: p_attempt: the row, locked by the caller; p_answers: answers besides the saved ones;
p_is_late: whether the deadline ended it.
Returns: the row as it is now.
Raises: as gamification.credit_xp().
Caller: functions of this package.';

revoke all on function learn.close_attempt(learn.user_assessment_attempts, jsonb, boolean)
from public;
