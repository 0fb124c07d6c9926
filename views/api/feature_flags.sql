create or replace view api.feature_flags with (security_invoker = true) as
select
    f.id,
    f.key,
    f.description,
    f.is_enabled,
    f.rollout_percent,
    f.cohorts,
    f.created_at,
    f.updated_at
from util.feature_flags as f;

comment on view api.feature_flags is
'Switches for parts of the product, for staff with feature_flag.manage and back ends. Everyone '
'else calls is_enabled.';

revoke all on api.feature_flags from public, anon, authenticated, staff, service_role;
grant select, delete on api.feature_flags to staff, service_role;
grant insert (
    key, description, is_enabled, rollout_percent, cohorts
) on api.feature_flags to staff, service_role;
grant update (
    key, description, is_enabled, rollout_percent, cohorts
) on api.feature_flags to staff, service_role;
