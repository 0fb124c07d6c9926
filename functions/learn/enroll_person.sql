create or replace function learn.enroll_person(
    p_user_id uuid,
    p_course_id uuid,
    p_cohort_id uuid default null,
    p_expires_at timestamptz default null
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not (
        util.is_service()
        or rbac.has_permission_in(auth.uid(), 'enrollment.manage', 'course', p_course_id)
    ) then
        raise sqlstate 'PT403' using
            message = 'the permission enrollment.manage is required',
            detail = 'enrollment.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if p_expires_at <= now() then
        raise sqlstate 'PT400' using
            message = format('the end %L is not in the future', p_expires_at),
            detail = 'enrollment.request_invalid',
            hint = 'Send a time in the future, or none.';
    end if;
    if not exists (select from rbac.active_people as ap where ap.user_id = p_user_id) then
        raise sqlstate 'PT404' using
            message = format('no person has the id %L', p_user_id),
            detail = 'user.not_found',
            hint = 'Check the id; it is the id of a login that was not erased.';
    end if;
    if not exists (select from content.courses as c where c.id = p_course_id and c.is_visible) then
        raise sqlstate 'PT404' using
            message = format('no course has the id %L, or you may not see it', p_course_id),
            detail = 'course.not_found',
            hint = 'Send an id from the view courses.';
    end if;
    if
        p_cohort_id is not null
        and not exists (
            select from learn.cohorts as g
            where g.id = p_cohort_id and g.course_id = p_course_id
        )
    then
        raise sqlstate 'PT404' using
            message = format('this course has no cohort with the id %L', p_cohort_id),
            detail = 'cohort.not_found',
            hint = 'Send an id from the view cohorts, or none.';
    end if;
    return learn.take_seat(p_user_id, p_course_id, p_cohort_id, 'staff', p_expires_at);
end;
$$;

comment on function learn.enroll_person(uuid, uuid, uuid, timestamptz) is
'Enrols somebody else, even if the course is not open to them. The enrolment takes a seat like any
other and grants no access: schema access decides what they may read.

Definer, because nobody writes enrolments directly. The person and course are the key: being
enrolled already is not an error.

Args: p_user_id: the person; p_course_id: the course; p_cohort_id: one of its cohorts, null for
none; p_expires_at: the end, null: as the cohort says.
Returns: as learn.enroll().
Raises: PT403 enrollment.denied, PT400 enrollment.request_invalid, PT404 user.not_found, PT404
course.not_found, PT404 cohort.not_found, PT409 enrollment.exists, PT409 enrollment.completed.
Caller: staff with enrollment.manage, everywhere or in the course; service.';

revoke all on function learn.enroll_person(uuid, uuid, uuid, timestamptz) from public;
grant execute on function learn.enroll_person(uuid, uuid, uuid, timestamptz) to staff, service_role;
