create or replace function learn.complete_course(
    p_enrollment learn.enrollments
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    if (p_enrollment).status <> 'active' or not learn.is_course_done(p_enrollment) then
        return p_enrollment;
    end if;
    update learn.enrollments as e
    set
        status = 'completed', completed_at = now(), expires_at = null,
        completed_version_id = e.version_id
    where e.id = (p_enrollment).id
    returning * into strict v_enrollment;
    perform learn.credit_learning(
        v_enrollment.user_id, v_enrollment.course_id, 'course', 'completed', v_enrollment.course_id
    );
    if exists (
        select from content.courses as c
        where c.id = v_enrollment.course_id and c.has_certificate
    ) then
        perform learn.make_certificate(v_enrollment, null);
    end if;
    -- Last, because everyone else who enrols or completes waits for this row.
    update content.course_stats as s
    set completed_count = s.completed_count + 1, active_count = s.active_count - 1
    where s.course_id = v_enrollment.course_id;
    perform learn.fill_seats(v_enrollment.course_id);
    return v_enrollment;
end;
$$;

comment on function learn.complete_course(learn.enrollments) is
'Completes a course in which nothing is missing, with XP and certificate. The free seat goes to the
next person waiting, but a seat in a cohort is kept.

Args: p_enrollment: the row, locked by the caller.
Returns: the row as it is now.
Raises: as gamification.credit_xp().
Caller: functions of this package.';

revoke all on function learn.complete_course(learn.enrollments) from public;
