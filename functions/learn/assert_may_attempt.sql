create or replace function learn.assert_may_attempt(
    p_assessment learn.assessments,
    p_user_id uuid
) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if (p_assessment).opens_at > now() or (p_assessment).closes_at <= now() then
        raise sqlstate 'PT409' using
            message = 'this assessment is not open now',
            detail = 'assessment.not_open',
            hint = 'Try again between its opens_at and closes_at.';
    end if;
    if (p_assessment).max_attempts <= (
        select count(*) from learn.user_assessment_attempts as t
        where t.assessment_id = (p_assessment).id and t.user_id = p_user_id
    ) then
        raise sqlstate 'PT409' using
            message = 'you have used all attempts at this assessment',
            detail = 'assessment.attempts_used',
            hint = 'Ask those who teach the course whether they allow another attempt.';
    end if;
end;
$$;

comment on function learn.assert_may_attempt(learn.assessments, uuid) is
'Refuses an attempt that the assessment does not allow now.

Args: p_assessment: the row; p_user_id: the learner, their enrolment locked by the caller.
Returns: nothing.
Raises: PT409 assessment.not_open, PT409 assessment.attempts_used.
Caller: functions of this package.';

revoke all on function learn.assert_may_attempt(learn.assessments, uuid) from public;
