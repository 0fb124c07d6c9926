create or replace function learn.revoke_certificate(
    p_certificate_id uuid,
    p_reason text
) returns timestamptz
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_course_id uuid := (
        select c.course_id from learn.certificates as c where c.id = p_certificate_id
    );
    v_revoked_at timestamptz;
begin
    if not (
        util.is_service()
        or rbac.has_permission_in(auth.uid(), 'certificate.manage', 'course', v_course_id)
    ) then
        raise sqlstate 'PT403' using
            message = 'the permission certificate.manage is required',
            detail = 'certificate.denied',
            hint = 'Ask an administrator for a role that has this permission.';
    end if;
    if coalesce(p_reason, '') !~ '[^[:space:]]' or length(p_reason) > 500 then
        raise sqlstate 'PT400' using
            message = 'a reason of 1 to 500 characters is required',
            detail = 'certificate.reason_required',
            hint = 'Send the reason why the certificate is revoked.';
    end if;
    update learn.certificates as c
    set revoked_at = now(), revoked_reason = p_reason, revoked_by = (
        select p.id from public.profiles as p where p.id = auth.uid()
    )
    where c.id = p_certificate_id and c.revoked_at is null;
    select c.revoked_at into v_revoked_at
    from learn.certificates as c
    where c.id = p_certificate_id;
    if not found then
        raise sqlstate 'PT404' using
            message = format('no certificate has the id %L', p_certificate_id),
            detail = 'certificate.not_found',
            hint = 'Send an id from the view people_certificates.';
    end if;
    return v_revoked_at;
end;
$$;

comment on function learn.revoke_certificate(uuid, text) is
'Revokes a certificate for good. The certificate stays, and anyone who verifies it sees that it is
revoked.

Definer, because nobody writes certificates directly.

Args: p_certificate_id: the certificate; p_reason: why, for staff.
Returns: when it was revoked; if it was revoked before, the time of that.
Raises: PT403 certificate.denied, PT400 certificate.reason_required, PT404 certificate.not_found.
Caller: staff with certificate.manage, everywhere or in the course; service.';

revoke all on function learn.revoke_certificate(uuid, text) from public;
grant execute on function learn.revoke_certificate(uuid, text) to staff, service_role;
