create or replace function learn.days_late(
    p_assignment learn.assignments,
    p_enrollment learn.enrollments,
    p_at timestamptz
) returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    -- By the calendar of UTC, whatever the session's zone.
    v_late interval := p_at at time zone 'UTC'
    - learn.due_at(p_assignment, p_enrollment) at time zone 'UTC';
    v_days integer := extract(day from v_late);
begin
    return greatest(0, coalesce(v_days + (v_late > make_interval(days => v_days))::integer, 0));
end;
$$;

comment on function learn.days_late(learn.assignments, learn.enrollments, timestamptz) is
'How late work is.

Args: p_assignment: the assignment; p_enrollment: the learner''s enrolment; p_at: when it is handed
in.
Returns: days of the calendar of UTC, begun ones counted whole; 0: in time.
Caller: functions of this package.';

revoke all on function learn.days_late(
    learn.assignments, learn.enrollments, timestamptz
) from public;
