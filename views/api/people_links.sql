create or replace view api.people_links with (security_invoker = true) as
select
    l.id,
    l.user_id,
    l.is_listed,
    l.kind,
    l.url,
    l.label,
    l.link_order,
    l.created_at,
    l.updated_at
from public.profile_links as l;

comment on view api.people_links is
'Everyone''s links, for staff with profile.read_any and back ends.';

revoke all on api.people_links from public, anon, authenticated, staff, service_role;
grant select on api.people_links to staff, service_role;
grant insert (user_id, kind, url, label, link_order) on api.people_links to service_role;
grant update (kind, url, label, link_order) on api.people_links to service_role;
grant delete on api.people_links to service_role;
