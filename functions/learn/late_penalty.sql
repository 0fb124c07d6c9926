create or replace function learn.late_penalty(
    p_assignment learn.assignments,
    p_days_late integer
) returns integer
language sql stable
set search_path = pg_catalog, pg_temp
return case
    when p_days_late = 0 then 0
    else least(
        p_days_late::bigint * (p_assignment).late_penalty_percent,
        100 - (p_assignment).late_floor_percent
    )
end;

comment on function learn.late_penalty(learn.assignments, integer) is
'The share that late work loses by an assignment''s late policy.

Args: p_assignment: the assignment; p_days_late: as learn.days_late() counts them.
Returns: percent of its points.
Caller: functions of this package.';

revoke all on function learn.late_penalty(learn.assignments, integer) from public;
