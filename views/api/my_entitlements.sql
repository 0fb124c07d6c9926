create or replace view api.my_entitlements with (security_invoker = true) as
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
from access.user_entitlements as e
where e.user_id = (select auth.uid());

comment on view api.my_entitlements is
'Courses and tiers that are open to the caller, and why.';
comment on column api.my_entitlements.source_type is
'purchase, subscription, referral, grant or test.';

revoke all on api.my_entitlements from public, anon, authenticated, staff, service_role;
grant select on api.my_entitlements to authenticated, staff;
