create or replace view api.settings with (security_invoker = true) as
select
    s.schema,
    s.key,
    s.value,
    s.unit,
    s.min_value,
    s.max_value,
    s.description,
    s.managed_by,
    s.created_at,
    s.updated_at
from util.settings as s;

comment on view api.settings is
'Numbers that staff may change, each for holders of the permission in managed_by, and back ends.';

revoke all on api.settings from public, anon, authenticated, staff, service_role;
grant select on api.settings to staff, service_role;
grant insert (schema, key, value, unit, min_value, max_value, description, managed_by)
on api.settings to service_role;
grant update (value) on api.settings to staff, service_role;
grant delete on api.settings to service_role;
