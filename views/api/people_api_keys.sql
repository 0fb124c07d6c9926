create or replace view api.people_api_keys with (security_invoker = true) as
select
    k.id,
    k.user_id,
    k.name,
    k.prefix,
    k.permissions,
    k.rate_limit_per_minute,
    k.expires_at,
    k.revoked_at,
    k.last_used_at,
    k.created_at,
    k.updated_at
from rbac.api_keys as k;

comment on view api.people_api_keys is
'Everyone''s keys, without their secrets, for staff with api_key.read_any and back ends.';
comment on column api.people_api_keys.last_used_at is
'Null: never.';
comment on column api.people_api_keys.rate_limit_per_minute is
'Uses a minute, 1 to 100000.';

revoke all on api.people_api_keys from public, anon, authenticated, staff, service_role;
grant select on api.people_api_keys to staff, service_role;
