create or replace view api.my_profile_links with (security_invoker = true) as
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
from public.profile_links as l
where l.user_id = (select auth.uid());

comment on view api.my_profile_links is
'The caller''s own links, twenty at most. Send kind, url, label and link_order; reorder them '
'with reorder_my_profile_links.';

revoke all on api.my_profile_links from public, anon, authenticated, staff, service_role;
grant select, delete on api.my_profile_links to authenticated, staff;
grant insert (kind, url, label, link_order) on api.my_profile_links to authenticated, staff;
grant update (kind, url, label, link_order) on api.my_profile_links to authenticated, staff;
