create or replace view api.people_certificates with (security_invoker = true) as
select
    c.id,
    c.number,
    c.verify_hash,
    c.user_id,
    c.course_id,
    c.version_id,
    c.holder_name,
    c.course_title,
    c.metadata,
    c.issued_at,
    c.issued_by,
    c.revoked_at,
    c.revoked_by,
    c.revoked_reason
from learn.certificates as c;

comment on view api.people_certificates is
'Certificates, for those who teach the course, staff with progress.read_any or '
'certificate.manage, and back ends.';
comment on column api.people_certificates.number is
'The number by which people refer to it; not secret.';
comment on column api.people_certificates.verify_hash is
'64 random hexadecimal digits; anyone who knows them may see the certificate.';
comment on column api.people_certificates.holder_name is
'As it was when the certificate was issued.';
comment on column api.people_certificates.course_title is
'As it was when the certificate was issued.';
comment on column api.people_certificates.metadata is
'The course''s certificate_settings, as they were when it was issued.';
comment on column api.people_certificates.issued_by is
'The person who issued it; null: the completion of the course did.';

revoke all on api.people_certificates from public, anon, authenticated, staff, service_role;
grant select on api.people_certificates to staff, service_role;
