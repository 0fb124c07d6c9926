create or replace function api.verify_certificate(hash text) returns table (
    number text,
    holder_name text,
    course_title text,
    course_version integer,
    completed_at timestamptz,
    issued_at timestamptz,
    revoked_at timestamptz,
    is_valid boolean
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.number,
        x.holder_name,
        x.course_title,
        x.course_version,
        x.completed_at,
        x.issued_at,
        x.revoked_at,
        x.is_valid
    from learn.verify_certificate(hash) as x;
end;

comment on function api.verify_certificate(text) is
'The content of a certificate, for anyone who knows its hash.

Args: hash: 64 hexadecimal digits.
Returns: one row.
Raises: PT404 certificate.not_found.
Caller: anyone.';

revoke all on function api.verify_certificate(text) from public;
grant execute on function api.verify_certificate(text) to anon, authenticated, staff, service_role;
