create or replace function learn.lock_attempt(
    p_attempt_id uuid,
    p_user_id uuid default null
) returns learn.user_assessment_attempts
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts;
begin
    -- The enrolment first, as everywhere.
    perform
    from learn.user_assessment_attempts as t
    inner join learn.enrollments as e on t.user_id = e.user_id and t.course_id = e.course_id
    where t.id = p_attempt_id and (p_user_id is null or t.user_id = p_user_id)
    for no key update of e;
    select * into v_attempt
    from learn.user_assessment_attempts as t
    where t.id = p_attempt_id and (p_user_id is null or t.user_id = p_user_id)
    for no key update;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no attempt has the id %L, or it is not yours', p_attempt_id),
            detail = 'attempt.not_found',
            hint = 'Send the attempt_id that start_attempt returned.';
    end if;
    return v_attempt;
end;
$$;

comment on function learn.lock_attempt(uuid, uuid) is
'An attempt, locked after its enrolment.

Args: p_attempt_id: the attempt; p_user_id: its owner; null: anyone.
Returns: the attempt.
Raises: PT404 attempt.not_found.
Caller: functions of this package.';

revoke all on function learn.lock_attempt(uuid, uuid) from public;
