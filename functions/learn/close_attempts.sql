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
        if learn.is_overdue(v_attempt) then
            perform learn.close_attempt(v_attempt, '{}', true);
            v_closed := v_closed + 1;
        end if;
    end loop;
    return v_closed;
end;
$$;

comment on function learn.close_attempts(uuid, uuid) is
'Ends somebody''s attempt if its deadline has passed; its saved answers count.

Args: p_user_id: the learner, their enrolment locked by the caller; p_assessment_id: the
assessment.
Returns: how many were ended.
Caller: functions of this package.';

revoke all on function learn.close_attempts(uuid, uuid) from public;
