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
    c.completed_at,
    c.issued_at,
    c.revoked_at
from learn.certificates as c
where c.user_id = (select auth.uid());

comment on view api.my_certificates is
'The caller''s certificates. Anyone who knows verify_hash can see one with verify_certificate.';

revoke all on api.my_certificates from public, anon, authenticated, staff, service_role;
grant select on api.my_certificates to authenticated, staff;
