create or replace function learn.set_expiry(
    p_enrollment learn.enrollments,
    p_expires_at timestamptz
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments := p_enrollment;
begin
    if p_expires_at is null then
        return v_enrollment;
    end if;
    if v_enrollment.status = 'completed' then
        raise sqlstate 'PT409' using
            message = 'this person has completed the course, and their enrolment has no end',
            detail = 'enrollment.completed',
            hint = 'Send no expires_at.';
    end if;
    update learn.enrollments as e
    set expires_at = p_expires_at
    where e.id = v_enrollment.id
    returning e.* into strict v_enrollment;
    return v_enrollment;
end;
$$;

comment on function learn.set_expiry(learn.enrollments, timestamptz) is
'Gives an enrolment another end.

Args: p_enrollment: the enrolment, active or completed, its row locked by the caller; p_expires_at:
the end, null leaves it as it is.
Returns: the enrolment.
Raises: PT409 enrollment.completed.
Caller: functions of this package.';

revoke all on function learn.set_expiry(learn.enrollments, timestamptz) from public;
