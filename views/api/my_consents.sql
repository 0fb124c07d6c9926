create or replace view api.my_consents with (security_invoker = true) as
select
    c.id,
    c.user_id,
    c.document_key,
    c.document_version,
    c.is_granted,
    c.source,
    c.created_at
from public.user_consents as c
where c.user_id = (select auth.uid());

comment on view api.my_consents is
'Every yes and no of the caller, appended and never changed; for each document the row with the'
' highest id counts.';
comment on column api.my_consents.source is
'signup, settings, banner; import and support are for back ends.';

revoke all on api.my_consents from public, anon, authenticated, staff, service_role;
grant select on api.my_consents to authenticated, staff;
grant insert (
    document_key, document_version, is_granted, source
) on api.my_consents to authenticated, staff;
