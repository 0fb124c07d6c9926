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
    c.completed_at,
    c.issued_at,
    c.issued_by,
    c.revoked_at,
    c.revoked_by,
    c.revoked_reason
from learn.certificates as c;

comment on view api.people_certificates is
'Certificates, for those who teach the course, staff with progress.read_any or '
'certificate.manage, and back ends.';

revoke all on api.people_certificates from public, anon, authenticated, staff, service_role;
grant select on api.people_certificates to staff, service_role;
