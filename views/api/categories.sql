create or replace view api.categories with (security_invoker = true) as
select
    c.id,
    c.parent_id,
    c.slug,
    c.name,
    c.description,
    c.icon_url,
    c.category_order,
    c.created_at,
    c.updated_at
from content.categories as c;

comment on view api.categories is
'Subjects of courses, as a tree.';

revoke all on api.categories from public, anon, authenticated, staff, service_role;
grant select on api.categories to anon, authenticated, staff, service_role;
grant insert (
    parent_id, slug, name, description, icon_url, category_order
) on api.categories to staff, service_role;
grant update (
    parent_id, slug, name, description, icon_url, category_order
) on api.categories to staff, service_role;
grant delete on api.categories to staff, service_role;
