create or replace function learn.close_attempts(
    p_user_id uuid,
    p_assessment_id uuid
) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_attempt learn.user_assessment_attempts;
    v_closed integer := 0;
    v_is_late boolean;
    v_is_enrolled boolean := exists (
        select
        from learn.assessments as a
        inner join learn.enrollments as e on a.course_id = e.course_id
        where
            a.id = p_assessment_id
            and e.user_id = p_user_id
            and e.status in ('active', 'completed')
    );
begin
    for v_attempt in
        select t.*
        from learn.user_assessment_attempts as t
        where
            t.user_id = p_user_id
            and t.assessment_id = p_assessment_id
            and t.status = 'open'
        for no key update
    loop
        v_is_late := learn.is_overdue(v_attempt);
        if v_is_late or not v_is_enrolled then
            perform learn.close_attempt(v_attempt, '{}', v_is_late);
            v_closed := v_closed + 1;
        end if;
    end loop;
    return v_closed;
end;
$$;

comment on function learn.close_attempts(uuid, uuid) is
'Ends somebody''s attempt if its deadline has passed or they have left the course; its saved
answers count.

Args: p_user_id: the learner, their enrolment locked by the caller; p_assessment_id: the
assessment.
Returns: how many were ended.
Caller: functions of this package.';

revoke all on function learn.close_attempts(uuid, uuid) from public;
