create or replace function learn.due_at(
    p_assignment learn.assignments,
    p_enrollment learn.enrollments
) returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_from timestamptz := greatest(
        coalesce((p_enrollment).due_from, (p_enrollment).enrolled_at),
        (select g.starts_at from learn.cohorts as g where g.id = (p_enrollment).cohort_id)
    );
begin
    return coalesce(
        (p_assignment).due_at,
        -- Not in the session's zone, which may change its clocks in between.
        (v_from at time zone 'UTC' + make_interval(days => (p_assignment).due_after_days))
        at time zone 'UTC'
    );
end;
$$;

comment on function learn.due_at(learn.assignments, learn.enrollments) is
'When a learner''s work is due: at the assignment''s due_at, or so many days of UTC after they
enrolled, or after their cohort began if that is later.

Args: p_assignment: the assignment; p_enrollment: the learner''s enrolment.
Returns: the time; null: never.
Caller: functions of this package.';

revoke all on function learn.due_at(learn.assignments, learn.enrollments) from public;
