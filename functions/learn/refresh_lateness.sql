create or replace function learn.refresh_lateness() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Enrolments first, as everywhere.
    perform from learn.enrollments as e
    where exists (
        select from learn.submissions as s
        where
            s.assignment_id = new.id
            and s.user_id = e.user_id
            and s.course_id = e.course_id
    )
    order by e.id
    for no key update;
    update learn.submissions as s
    set
        days_late = d.days,
        penalty_percent = p.penalty,
        points = round(s.raw_points * (100 - p.penalty) / 100, 2),
        is_passed = s.raw_points * (100 - p.penalty) >= new.passing_percent * s.max_points
    from learn.submissions as x
    inner join learn.enrollments as e on x.user_id = e.user_id and x.course_id = e.course_id
    cross join lateral learn.days_late(new, e, x.submitted_at) as d (days)
    cross join lateral learn.late_penalty(new, d.days) as p (penalty)
    where
        x.assignment_id = new.id
        and s.id = x.id
        and (s.days_late, s.penalty_percent) is distinct from (d.days, p.penalty);
    perform learn.complete_course(e)
    from learn.enrollments as e
    where
        e.status = 'active'
        and exists (
            select from learn.submissions as s
            where
                s.assignment_id = new.id
                and s.user_id = e.user_id
                and s.course_id = e.course_id
                and s.is_passed
        );
    return null;
end;
$$;

comment on function learn.refresh_lateness() is
'Carries a changed due date or late policy to the work that was handed in, graded or not. A pass
that comes of it completes the course; nothing that was earned is taken back.

Definer, because those who change an assignment do not write grades.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function learn.refresh_lateness() from public;

create or replace trigger trg_assignments_refresh_lateness
after update of due_at, due_after_days, late_penalty_percent, late_floor_percent
on learn.assignments
for each row
when (
    new.due_at is distinct from old.due_at
    or new.due_after_days is distinct from old.due_after_days
    or new.late_penalty_percent <> old.late_penalty_percent
    or new.late_floor_percent <> old.late_floor_percent
)
execute function learn.refresh_lateness();
