create or replace function learn.end_enrollment(
    p_enrollment learn.enrollments,
    p_status text
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    update learn.enrollments as e
    set status = p_status, ended_at = now()
    where e.id = (p_enrollment).id and e.status = 'active'
    returning * into v_enrollment;
    if not found then
        return p_enrollment;
    end if;
    -- Nobody could hand them in any more. Their saved answers count.
    perform learn.close_attempt(t, '{}', learn.is_overdue(t))
    from learn.user_assessment_attempts as t
    where
        t.user_id = v_enrollment.user_id
        and t.course_id = v_enrollment.course_id
        and t.status = 'open';
    update content.course_stats as s
    set active_count = s.active_count - 1
    where s.course_id = (p_enrollment).course_id;
    update learn.cohorts as g
    set seats_taken = g.seats_taken - 1
    where g.id = (p_enrollment).cohort_id;
    perform learn.fill_seats((p_enrollment).course_id);
    return v_enrollment;
end;
$$;

comment on function learn.end_enrollment(learn.enrollments, text) is
'Ends an active enrolment and gives its seat to the first person waiting.

Args: p_enrollment: the row, locked by the caller; p_status: dropped or expired.
Returns: the row as it is now; a row that is not active stays as it is.
Caller: functions of this package.';

revoke all on function learn.end_enrollment(learn.enrollments, text) from public;
