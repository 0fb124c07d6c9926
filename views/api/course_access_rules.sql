create or replace view api.course_access_rules with (security_invoker = true) as
select
    r.id,
    r.course_id,
    r.course_is_visible,
    r.tier_id,
    r.product_id,
    r.created_at
from access.course_access_rules as r;

comment on view api.course_access_rules is
'Rules that open a course; any one of them is enough.';
comment on column api.course_access_rules.product_id is
'Buying this product.';
comment on column api.course_access_rules.course_is_visible is
'A copy of the course''s is_visible.';

revoke all on api.course_access_rules from public, anon, authenticated, staff, service_role;
grant select on api.course_access_rules to anon, authenticated, staff, service_role;
grant insert (course_id, tier_id, product_id) on api.course_access_rules to staff, service_role;
grant delete on api.course_access_rules to staff, service_role;
