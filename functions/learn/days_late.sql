create or replace function learn.days_late(
    p_assignment learn.assignments,
    p_enrollment learn.enrollments,
    p_at timestamptz
) returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return greatest(
        0,
        coalesce(
            ceil(extract(epoch from p_at - learn.due_at(p_assignment, p_enrollment)) / 86400), 0
        )
    );
end;
$$;

comment on function learn.days_late(learn.assignments, learn.enrollments, timestamptz) is
'How late work is.

Args: p_assignment: the assignment; p_enrollment: the learner''s enrolment; p_at: when it is handed
in.
Returns: days of UTC, which all have 24 hours; begun ones counted whole; 0: in time.
Caller: functions of this package.';

revoke all on function learn.days_late(
    learn.assignments, learn.enrollments, timestamptz
) from public;
