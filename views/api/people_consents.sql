create or replace view api.people_consents with (security_invoker = true) as
select
    c.id,
    c.user_id,
    c.document_key,
    c.document_version,
    c.is_granted,
    c.source,
    c.created_at
from public.user_consents as c;

comment on view api.people_consents is
'Every yes and no of everyone, for staff with consent.read_any and back ends; appended and '
'never changed.';
comment on column api.people_consents.source is
'signup, settings, banner; import and support are for back ends.';

revoke all on api.people_consents from public, anon, authenticated, staff, service_role;
grant select on api.people_consents to staff, service_role;
grant insert (
    user_id, document_key, document_version, is_granted, source
) on api.people_consents to service_role;
