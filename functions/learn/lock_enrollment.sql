create or replace function learn.lock_enrollment(
    p_user_id uuid,
    p_course_id uuid
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    select e.* into v_enrollment
    from learn.enrollments as e
    inner join rbac.active_people as ap on e.user_id = ap.user_id
    where e.user_id = p_user_id and e.course_id = p_course_id
    for no key update of e;
    if
        v_enrollment.status in ('active', 'completed')
        and (v_enrollment.expires_at is null or v_enrollment.expires_at > now())
    then
        return v_enrollment;
    end if;
    raise sqlstate 'PT409' using
        message = 'you are not enrolled in this course',
        detail = 'enrollment.required',
        hint = 'Call enroll first; an enrolment that was dropped or expired can be made again.';
end;
$$;

comment on function learn.lock_enrollment(uuid, uuid) is
'Somebody''s enrolment in a course, its row locked. Every change of a learner''s results in a course
takes this lock first, so that changes happen one at a time.

Args: p_user_id: the learner; p_course_id: the course.
Returns: the enrolment, active or completed.
Raises: PT409 enrollment.required.
Caller: functions of this package.';

revoke all on function learn.lock_enrollment(uuid, uuid) from public;
