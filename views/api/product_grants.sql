create or replace view api.product_grants with (security_invoker = true) as
select
    g.id,
    g.product_id,
    g.course_id,
    g.tier_id,
    g.days,
    g.created_at
from access.product_grants as g;

comment on view api.product_grants is
'Courses and tiers that products open, for staff with access.manage.';

revoke all on api.product_grants from public, anon, authenticated, staff, service_role;
grant select on api.product_grants to staff, service_role;
grant insert (product_id, course_id, tier_id, days) on api.product_grants to staff, service_role;
grant update (days) on api.product_grants to staff, service_role;
grant delete on api.product_grants to staff, service_role;
