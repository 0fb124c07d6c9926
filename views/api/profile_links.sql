create or replace view api.profile_links with (security_invoker = true) as
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
where l.is_listed;

comment on view api.profile_links is
'Links of people who want to be seen.';
comment on column api.profile_links.is_listed is
'Always true here.';

revoke all on api.profile_links from public, anon, authenticated, staff, service_role;
grant select on api.profile_links to anon, authenticated, staff, service_role;
