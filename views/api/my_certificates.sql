create or replace view api.my_certificates with (security_invoker = true) as
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
    c.revoked_at
from learn.certificates as c
where c.user_id = (select auth.uid());

comment on view api.my_certificates is
'The caller''s certificates. Anyone who knows verify_hash can see one with verify_certificate.';
comment on column api.my_certificates.number is
'The number by which people refer to it; not secret.';
comment on column api.my_certificates.verify_hash is
'64 random hexadecimal digits; anyone who knows them may see the certificate.';
comment on column api.my_certificates.holder_name is
'As it was when the certificate was issued.';
comment on column api.my_certificates.course_title is
'As it was when the certificate was issued.';
comment on column api.my_certificates.metadata is
'The course''s certificate_settings, as they were when it was issued.';

revoke all on api.my_certificates from public, anon, authenticated, staff, service_role;
grant select on api.my_certificates to authenticated, staff;
