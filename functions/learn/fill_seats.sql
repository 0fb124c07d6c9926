create or replace function learn.fill_seats(p_course_id uuid) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry learn.waitlist_entries;
    v_source text;
    v_seated integer := 0;
begin
    perform from content.course_stats as s where s.course_id = p_course_id for no key update;
    for v_entry in
        select w.*
        from learn.waitlist_entries as w
        inner join content.courses as c on w.course_id = c.id and c.is_published
        inner join rbac.active_people as ap on w.user_id = ap.user_id
        left join learn.cohorts as g on w.cohort_id = g.id
        where
            w.course_id = p_course_id
            and w.status = 'waiting'
            and (w.cohort_id is null or g.is_published)
            and (g.access_until is null or g.access_until > now())
        order by w.entry_no
    loop
        exit when not learn.has_seat(p_course_id, null);
        continue when not learn.has_seat(p_course_id, v_entry.cohort_id);
        v_source := coalesce(
            v_entry.source, learn.enrollment_source(v_entry.user_id, p_course_id)
        );
        continue when v_source is null or v_entry.expires_at <= now();
        -- A transaction that holds this row waits for the lock held here, so the person is skipped
        -- until the next time.
        perform from learn.enrollments as e
        where e.user_id = v_entry.user_id and e.course_id = p_course_id
        for no key update skip locked;
        continue when not found and exists (
            select from learn.enrollments as e
            where e.user_id = v_entry.user_id and e.course_id = p_course_id
        );
        perform learn.seat_learner(
            v_entry.user_id, p_course_id, v_entry.cohort_id, v_source, v_entry.expires_at
        );
        v_seated := v_seated + 1;
    end loop;
    return v_seated;
end;
$$;

comment on function learn.fill_seats(uuid) is
'Gives free seats to the people on the waitlist, in their order. People who may no longer read the
course are skipped and keep their place.

Args: p_course_id: the course.
Returns: how many got one.
Caller: functions of this package.';

revoke all on function learn.fill_seats(uuid) from public;
