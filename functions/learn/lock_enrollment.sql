create or replace function learn.lock_enrollment(
    p_user_id uuid,
    p_course_id uuid,
    p_lesson_id uuid default null
) returns learn.enrollments
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    select e.* into v_enrollment
    from learn.enrollments as e
    where e.user_id = p_user_id and e.course_id = p_course_id
    for no key update;
    -- After the lock, because what it waited for may have changed all of it.
    perform learn.assert_may_study(p_user_id, p_course_id, p_lesson_id);
    return v_enrollment;
end;
$$;

comment on function learn.lock_enrollment(uuid, uuid, uuid) is
'The enrolment of somebody who may study a course now, its row locked. Every change of a learner''s
results in a course takes this lock first, so that changes happen one at a time.

Args: p_user_id: the learner; p_course_id: the course; p_lesson_id: its lesson, null for none.
Returns: the enrolment, active or completed.
Raises: as learn.assert_may_study().
Caller: functions of this package.';

revoke all on function learn.lock_enrollment(uuid, uuid, uuid) from public;
