create or replace function learn.release_seats(p_course_id uuid) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
    v_user_id uuid;
begin
    -- Rows that somebody holds are left to the next time: the caller may hold the course's counts,
    -- for which their holder may wait.
    for v_user_id in
        select w.user_id
        from learn.waitlist_entries as w
        where
            w.course_id = p_course_id
            and w.status = 'waiting'
            and not exists (
                select from rbac.active_people as ap where ap.user_id = w.user_id
            )
        for no key update skip locked
    loop
        perform learn.end_waiting(v_user_id, p_course_id, 'left');
    end loop;
    for v_enrollment in
        select e.*
        from learn.enrollments as e
        where
            e.course_id = p_course_id
            and e.status = 'active'
            and not exists (
                select from rbac.active_people as ap where ap.user_id = e.user_id
            )
        for no key update skip locked
    loop
        perform learn.end_enrollment(v_enrollment, 'dropped');
    end loop;
end;
$$;

comment on function learn.release_seats(uuid) is
'Takes seats, and places on the waitlist, from people who cannot act: suspended, banned, deleted or
erased ones. Called where somebody else wants a seat; where nobody does, they keep theirs. What they
learned stays, and they may enrol again.

Args: p_course_id: the course.
Returns: nothing.
Caller: functions of this package.';

revoke all on function learn.release_seats(uuid) from public;
