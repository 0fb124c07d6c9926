create or replace function learn.has_passed(p_user_id uuid, p_assessment_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from learn.attempt_results as r
        where
            r.assessment_id = p_assessment_id
            and r.user_id = p_user_id
            and r.is_passed
    );
end;
$$;

comment on function learn.has_passed(uuid, uuid) is
'Whether one of somebody''s attempts passed.

Args: p_user_id: the learner; p_assessment_id: the assessment.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.has_passed(uuid, uuid) from public;
