create or replace function learn.has_passed_assignment(
    p_user_id uuid,
    p_assignment_id uuid
) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from learn.submissions as s
        where s.assignment_id = p_assignment_id and s.user_id = p_user_id and s.is_passed
    );
end;
$$;

comment on function learn.has_passed_assignment(uuid, uuid) is
'Whether one of somebody''s submissions passed.

Args: p_user_id: the learner; p_assignment_id: the assignment.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.has_passed_assignment(uuid, uuid) from public;
