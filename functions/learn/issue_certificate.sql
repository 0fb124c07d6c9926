create or replace function learn.issue_certificate(p_user_id uuid, p_course_id uuid) returns uuid
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_enrollment learn.enrollments;
begin
    if not (
        util.is_service()
        or rbac.has_permission_in(auth.uid(), 'certificate.manage', 'course', p_course_id)
    ) then
        raise sqlstate 'PT403' using
            message = 'the permission certificate.manage is required',
            detail = 'certificate.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if p_user_id = auth.uid() and not util.is_service() then
        raise sqlstate 'PT403' using
            message = 'you cannot issue your own certificate',
            detail = 'certificate.own',
            hint = 'Ask another person who has the permission certificate.manage.';
    end if;
    select * into v_enrollment
    from learn.enrollments as e
    where e.user_id = p_user_id and e.course_id = p_course_id
    for no key update;
    if v_enrollment.status is distinct from 'completed' then
        raise sqlstate 'PT409' using
            message = 'this person has not completed the course',
            detail = 'certificate.course_open',
            hint = 'Issue the certificate after the person completes the course.';
    end if;
    return learn.make_certificate(
        v_enrollment, (select p.id from public.profiles as p where p.id = auth.uid())
    );
end;
$$;

comment on function learn.issue_certificate(uuid, uuid) is
'Issues a certificate by hand to somebody who completed a course: because none was issued at the
time, or because one was revoked.

Definer, because nobody writes certificates directly. The person and course are the key: if they
have a certificate that is not revoked, this returns it.

Args: p_user_id: the person; p_course_id: the course.
Returns: the certificate''s id.
Raises: PT403 certificate.denied, PT403 certificate.own, PT409 certificate.course_open.
Caller: staff with certificate.manage, everywhere or in the course; service.';

revoke all on function learn.issue_certificate(uuid, uuid) from public;
grant execute on function learn.issue_certificate(uuid, uuid) to staff, service_role;
