create or replace function learn.verify_certificate(p_hash text) returns table (
    number text,
    holder_name text,
    course_title text,
    course_version integer,
    completed_at timestamptz,
    issued_at timestamptz,
    revoked_at timestamptz,
    is_valid boolean
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select
        c.number,
        c.holder_name,
        c.course_title,
        v.version,
        c.completed_at,
        c.issued_at,
        c.revoked_at,
        c.revoked_at is null
    from learn.certificates as c
    inner join content.content_versions as v on c.version_id = v.id
    where c.verify_hash = p_hash;
    if not found then
        raise sqlstate 'PT404' using
            message = 'no certificate has this hash',
            detail = 'certificate.not_found',
            hint = 'Check that all 64 digits of the hash were copied.';
    end if;
end;
$$;

comment on function learn.verify_certificate(text) is
'The content of a certificate, for anyone who knows its hash.

Definer, because nobody else sees it.

Args: p_hash: 64 hexadecimal digits.
Returns: one row.
Raises: PT404 certificate.not_found.
Caller: anyone.';

revoke all on function learn.verify_certificate(text) from public;
grant execute on function learn.verify_certificate(text)
to anon, authenticated, staff, service_role;
