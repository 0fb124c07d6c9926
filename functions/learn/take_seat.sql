create or replace function learn.take_seat(
    p_user_id uuid,
    p_course_id uuid,
    p_cohort_id uuid,
    p_source text,
    p_expires_at timestamptz default null
) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    -- Locks in this order everywhere: the enrolment, then the course's counts, then its cohorts.
    perform learn.end_expired(p_user_id, p_course_id);
    perform from content.course_stats as s where s.course_id = p_course_id for no key update;
    if exists (
        select from learn.waitlist_entries as w
        where
            w.user_id = p_user_id
            and w.course_id = p_course_id
            and w.status = 'waiting'
            and w.cohort_id is distinct from p_cohort_id
    ) then
        perform learn.end_waiting(p_user_id, p_course_id, 'left');
    end if;
    -- People on the waitlist come first, if a seat is free that nobody was given yet.
    if learn.has_seat(p_course_id, p_cohort_id) then
        perform learn.fill_seats(p_course_id);
    end if;
    select * into v_enrollment
    from learn.enrollments as e
    where e.user_id = p_user_id and e.course_id = p_course_id
    for no key update;
    if v_enrollment.status in ('active', 'completed') then
        if v_enrollment.cohort_id is distinct from p_cohort_id then
            raise sqlstate 'PT409' using
                message = 'this person is already enrolled, but not in this cohort',
                detail = 'enrollment.exists',
                hint = 'Leave the course first, then enrol in the other cohort.';
        end if;
        return learn.enrollment_answer(learn.set_expiry(v_enrollment, p_expires_at));
    end if;
    if not learn.has_seat(p_course_id, p_cohort_id) then
        perform learn.release_seats(p_course_id);
    end if;
    if learn.has_seat(p_course_id, p_cohort_id) then
        return learn.enrollment_answer(
            learn.seat_learner(p_user_id, p_course_id, p_cohort_id, p_source, p_expires_at)
        );
    end if;
    perform learn.wait_for_seat(p_user_id, p_course_id, p_cohort_id, p_source, p_expires_at);
    return jsonb_build_object(
        'status', 'waiting',
        'course_id', p_course_id,
        'cohort_id', p_cohort_id,
        'position', learn.waitlist_position(p_user_id, p_course_id)
    );
end;
$$;

comment on function learn.take_seat(uuid, uuid, uuid, text, timestamptz) is
'Gives somebody a seat, or a place on the waitlist where none is free.

Args: p_user_id: the person; p_course_id: the course; p_cohort_id: its cohort or null; p_source: as
in enrollments; p_expires_at: null: as the cohort says.
Returns: as learn.enrollment_answer(), or {status: waiting, course_id, cohort_id, position}.
Raises: PT409 enrollment.exists, PT409 enrollment.completed.
Caller: functions of this package, which have checked that this person may enrol.';

revoke all on function learn.take_seat(uuid, uuid, uuid, text, timestamptz) from public;
