create or replace view api.learn_settings with (security_invoker = true) as
select
    s.key,
    s.value,
    s.description,
    s.created_at,
    s.updated_at
from learn.settings as s;

comment on view api.learn_settings is
'Limits of learning, for staff with learn.manage and back ends.';

revoke all on api.learn_settings from public, anon, authenticated, staff, service_role;
grant select on api.learn_settings to staff, service_role;
grant insert (key, value, description) on api.learn_settings to staff, service_role;
grant update (value, description) on api.learn_settings to staff, service_role;
grant delete on api.learn_settings to staff, service_role;
