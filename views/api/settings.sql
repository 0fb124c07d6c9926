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
comment on column api.settings.schema is 'The schema whose functions read it.';
comment on column api.settings.key is 'area.what, unique in its schema.';
comment on column api.settings.value is 'In the row''s unit, from min_value to max_value.';
comment on column api.settings.unit is
'What value counts: seconds, minutes, hours or days; count, of things; percent; ratio, so many for '
'one.';
comment on column api.settings.min_value is 'The lowest value with which the package works.';
comment on column api.settings.max_value is 'The highest value with which the package works.';
comment on column api.settings.description is 'What the number limits.';
comment on column api.settings.managed_by is
'The permission whose holders see the row and change its value.';

revoke all on api.settings from public, anon, authenticated, staff, service_role;
grant select on api.settings to staff, service_role;
grant insert (schema, key, value, unit, min_value, max_value, description, managed_by)
on api.settings to service_role;
grant update (value) on api.settings to staff, service_role;
grant delete on api.settings to service_role;
