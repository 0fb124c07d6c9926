create or replace function learn.has_seat(p_course_id uuid, p_cohort_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select
        from content.courses as c
        inner join content.course_stats as s on c.id = s.course_id
        where c.id = p_course_id and (c.max_students is null or s.active_count < c.max_students)
    ) and (
        p_cohort_id is null
        or exists (
            select from learn.cohorts as g
            where g.id = p_cohort_id and (g.seats is null or g.seats_taken < g.seats)
        )
    );
end;
$$;

comment on function learn.has_seat(uuid, uuid) is
'Whether a course, and one of its cohorts, has a free seat.

Args: p_course_id: the course, its stats locked by the caller; p_cohort_id: the cohort, null for
none.
Returns: true or false.
Caller: functions of this package.';

revoke all on function learn.has_seat(uuid, uuid) from public;
