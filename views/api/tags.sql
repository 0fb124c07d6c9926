create or replace view api.tags with (security_invoker = true) as
select
    t.id,
    t.slug,
    t.name,
    t.created_at,
    t.updated_at
from content.tags as t;

comment on view api.tags is
'Words that courses are found by.';

revoke all on api.tags from public, anon, authenticated, staff, service_role;
grant select on api.tags to anon, authenticated, staff, service_role;
grant insert (slug, name) on api.tags to staff, service_role;
grant update (slug, name) on api.tags to staff, service_role;
grant delete on api.tags to staff, service_role;
