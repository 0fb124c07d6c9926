create or replace function learn.seat_learner(
    p_user_id uuid,
    p_course_id uuid,
    p_cohort_id uuid,
    p_source text,
    p_expires_at timestamptz
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
    v_is_new boolean;
begin
    insert into learn.enrollments as e (
        user_id, course_id, version_id, cohort_id, source, expires_at
    )
    select
        p_user_id, c.id, c.version_id, p_cohort_id, p_source, coalesce(
            p_expires_at,
            (select g.access_until from learn.cohorts as g where g.id = p_cohort_id)
        )
    from content.courses as c
    where c.id = p_course_id
    on conflict on constraint uq_enrollments_user_course do nothing
    returning e.* into v_enrollment;
    v_is_new := found;
    if not v_is_new then
        update learn.enrollments as e
        set
            status = 'active', ended_at = null, enrolled_at = now(), version_id = c.version_id,
            due_from = case
                when p_source <> 'staff' then coalesce(e.due_from, e.enrolled_at)
            end,
            cohort_id = p_cohort_id, source = p_source, expires_at = coalesce(
                p_expires_at,
                (select g.access_until from learn.cohorts as g where g.id = p_cohort_id)
            )
        from content.courses as c
        where
            e.user_id = p_user_id
            and e.course_id = p_course_id
            and c.id = p_course_id
            and e.status in ('dropped', 'expired')
        returning e.* into strict v_enrollment;
    end if;
    update content.course_stats as s
    set
        active_count = s.active_count + 1,
        student_count = s.student_count + v_is_new::integer
    where s.course_id = p_course_id;
    update learn.cohorts as g
    set seats_taken = g.seats_taken + 1
    where g.id = p_cohort_id;
    perform learn.end_waiting(p_user_id, p_course_id, 'enrolled');
    return v_enrollment;
end;
$$;

comment on function learn.seat_learner(uuid, uuid, uuid, text, timestamptz) is
'Enrols somebody in the newest publication of a course, again if they left it before.

Args: p_user_id: who; p_course_id: the course, its stats locked by the caller, with a seat that is
free; p_cohort_id: the cohort or null; p_source: as in enrollments; p_expires_at: null: as the
cohort says.
Returns: the enrolment.
Caller: functions of this package.';

revoke all on function learn.seat_learner(uuid, uuid, uuid, text, timestamptz) from public;
