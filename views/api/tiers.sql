create or replace view api.tiers with (security_invoker = true) as
select
    t.id,
    t.name,
    t.title,
    t.rank,
    t.role_id,
    t.created_at,
    t.updated_at
from access.tiers as t;

comment on view api.tiers is
'Levels of membership. A tier includes all lower ones.';
comment on column api.tiers.rank is
'0: for everyone, even without a login.';
comment on column api.tiers.role_id is
'Holders of this role have the tier.';

revoke all on api.tiers from public, anon, authenticated, staff, service_role;
grant select on api.tiers to anon, authenticated, staff, service_role;
grant insert (name, title, rank) on api.tiers to staff;
grant insert (name, title, rank, role_id) on api.tiers to service_role;
grant update (title, rank) on api.tiers to staff;
grant update (title, rank, role_id) on api.tiers to service_role;
grant delete on api.tiers to staff, service_role;
