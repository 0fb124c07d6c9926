create or replace view api.people_entitlements with (security_invoker = true) as
select
    e.id,
    e.user_id,
    e.course_id,
    e.tier_id,
    e.source_type,
    e.source_id,
    e.valid_from,
    e.valid_to,
    e.revoked_at,
    e.reason,
    e.granted_by,
    e.created_at,
    e.updated_at
from access.user_entitlements as e;

comment on view api.people_entitlements is
'Courses and tiers that are open to people, for staff with entitlement.grant and back ends. Back '
'ends insert those of purchases here.';
comment on column api.people_entitlements.source_type is
'purchase, subscription, referral, grant or test.';

revoke all on api.people_entitlements from public, anon, authenticated, staff, service_role;
grant select on api.people_entitlements to staff, service_role;
grant insert (
    user_id, course_id, tier_id, source_type, source_id, valid_from, valid_to, reason
) on api.people_entitlements to service_role;
grant update (valid_to, revoked_at, reason) on api.people_entitlements to service_role;
