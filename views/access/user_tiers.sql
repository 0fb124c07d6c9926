create or replace view access.user_tiers with (security_invoker = true) as
select
    er.user_id,
    t.id as tier_id,
    t.rank,
    'role' as source_type,
    er.role_id as source_id,
    er.expires_at as valid_to
from rbac.effective_roles as er
inner join access.tiers as t on er.role_id = t.role_id
where er.scope_type = 'global'
union all
select
    e.user_id,
    t.id as tier_id,
    t.rank,
    e.source_type,
    e.source_id,
    e.valid_to
from access.user_entitlements as e
inner join access.tiers as t on e.tier_id = t.id
inner join rbac.active_people as ap on e.user_id = ap.user_id
where
    e.valid_from <= now()
    and (e.valid_to is null or e.valid_to > now())
    and e.revoked_at is null;

comment on view access.user_tiers is
'The tiers that people have at this moment, and why; a person may have one twice. Rank 0, which '
'everyone has, is not listed.';
comment on column access.user_tiers.source_type is
'role, or the source of the entitlement.';
comment on column access.user_tiers.valid_to is 'Null: without an end.';

revoke all on access.user_tiers from public, anon, authenticated, staff, service_role;
