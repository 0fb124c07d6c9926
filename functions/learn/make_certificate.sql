create or replace function learn.make_certificate(
    p_enrollment learn.enrollments,
    p_issued_by uuid
) returns uuid
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
begin
    insert into learn.certificates (
        verify_hash, user_id, course_id, version_id, holder_name, course_title, metadata, issued_by,
        completed_at
    )
    select
        encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'),
        p.id,
        c.id,
        v.id,
        coalesce(
            nullif(btrim(concat_ws(' ', pc.first_name, pc.last_name)), ''), p.display_name
        ),
        v.title,
        c.certificate_settings,
        p_issued_by,
        (p_enrollment).completed_at
    from public.profiles as p
    left join public.user_contacts as pc on p.id = pc.user_id
    inner join content.courses as c on c.id = (p_enrollment).course_id
    inner join content.content_versions as v
        on v.id = coalesce((p_enrollment).completed_version_id, (p_enrollment).version_id)
    where p.id = (p_enrollment).user_id
    on conflict (user_id, course_id) where revoked_at is null do nothing
    returning id into v_id;
    return coalesce(
        v_id,
        (
            select x.id from learn.certificates as x
            where
                x.user_id = (p_enrollment).user_id
                and x.course_id = (p_enrollment).course_id
                and x.revoked_at is null
        )
    );
end;
$$;

comment on function learn.make_certificate(learn.enrollments, uuid) is
'Issues the certificate of a course, unless there is one: for the publication that was completed,
whatever the learner has taken up since, and with the day of completion.

Args: p_enrollment: the completed enrolment; p_issued_by: who issues it, null for nobody.
Returns: the certificate''s id.
Caller: functions of this package.';

revoke all on function learn.make_certificate(learn.enrollments, uuid) from public;
