create or replace function learn.drop_enrollment(
    p_course_id uuid,
    p_user_id uuid default null
) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := coalesce(p_user_id, auth.uid());
    v_enrollment learn.enrollments;
begin
    if
        v_user_id is distinct from auth.uid()
        and not util.is_service()
        and not rbac.has_permission_in(auth.uid(), 'enrollment.manage', 'course', p_course_id)
    then
        raise sqlstate 'PT403' using
            message = 'the permission enrollment.manage is required',
            detail = 'enrollment.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    select * into v_enrollment
    from learn.enrollments as e
    where e.user_id = v_user_id and e.course_id = p_course_id
    for no key update;
    perform from content.course_stats as s where s.course_id = p_course_id for no key update;
    if learn.end_waiting(v_user_id, p_course_id, 'left') then
        return 'left';
    end if;
    if v_enrollment.id is null then
        raise sqlstate 'PT404' using
            message = 'this person is not enrolled in this course',
            detail = 'enrollment.not_found',
            hint = 'Send the id of a course from the view my_enrollments.';
    end if;
    return (learn.end_enrollment(v_enrollment, 'dropped')).status;
end;
$$;

comment on function learn.drop_enrollment(uuid, uuid) is
'Leaves a course or its waitlist. Progress is kept for people who come back; the seat goes to the
first person waiting. A completed course stays completed.

Definer, because nobody writes enrolments directly.

Args: p_course_id: the course; p_user_id: whose enrolment, null for the caller''s.
Returns: its status now: dropped, completed or expired; left for a place on the waitlist.
Raises: PT403 enrollment.denied, PT404 enrollment.not_found.
Caller: anyone with a login, for themselves; staff with enrollment.manage, everywhere or in the
course, and service for others.';

revoke all on function learn.drop_enrollment(uuid, uuid) from public;
grant execute on function learn.drop_enrollment(uuid, uuid) to authenticated, staff, service_role;
