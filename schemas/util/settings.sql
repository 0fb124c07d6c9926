-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.settings (
    schema text not null,
    key text not null,
    value bigint not null,
    unit text not null,
    min_value bigint not null,
    max_value bigint not null,
    description text not null,
    managed_by text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_settings PRIMARY KEY (schema, key),
    constraint ck_settings_key CHECK ((key ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'::text)),
    constraint ck_settings_schema CHECK ((schema ~ '^[a-z][a-z0-9_]*$'::text)),
    constraint ck_settings_unit CHECK ((unit = ANY (ARRAY['seconds'::text, 'minutes'::text, 'hours'::text, 'days'::text, 'count'::text, 'percent'::text, 'ratio'::text]))),
    constraint ck_settings_value CHECK (((value >= min_value) AND (value <= max_value))),
    constraint fk_settings_managed_by FOREIGN KEY (managed_by) REFERENCES rbac.permissions(name)
);

comment on table util.settings is 'Numbers that an operator may change: limits, delays, retention. The package declares the rows; only their values change.';
comment on column util.settings.schema is 'The schema whose functions read it.';
comment on column util.settings.key is 'area.what, unique in its schema.';
comment on column util.settings.value is 'In the row''s unit, from min_value to max_value.';
comment on column util.settings.unit is 'What value counts: seconds, minutes, hours or days; count, of things; percent; ratio, so many for one.';
comment on column util.settings.min_value is 'The lowest value with which the package works.';
comment on column util.settings.max_value is 'The highest value with which the package works.';
comment on column util.settings.description is 'What the number limits.';
comment on column util.settings.managed_by is 'The permission whose holders see the row and change its value.';

CREATE INDEX idx_settings_managed_by ON util.settings USING btree (managed_by);

CREATE TRIGGER trg_settings_set_updated_at BEFORE UPDATE ON util.settings FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.settings enable row level security;

grant delete, insert, select on table util.settings to service_role;
grant select on table util.settings to staff;
grant update (value) on table util.settings to service_role;
grant update (value) on table util.settings to staff;

create policy settings_select_staff on util.settings for select to staff
using ((managed_by = ANY (ARRAY( SELECT p.permission
   FROM rbac.my_permissions() p(permission, scope_type, scope_id)
  WHERE (p.scope_type = 'global'::text)))));

create policy settings_update_staff on util.settings for update to staff
using ((managed_by = ANY (ARRAY( SELECT p.permission
   FROM rbac.my_permissions() p(permission, scope_type, scope_id)
  WHERE (p.scope_type = 'global'::text)))))
with check ((managed_by = ANY (ARRAY( SELECT p.permission
   FROM rbac.my_permissions() p(permission, scope_type, scope_id)
  WHERE (p.scope_type = 'global'::text)))));

comment on policy settings_select_staff on util.settings is 'Staff read the settings whose permission they hold everywhere.';
comment on policy settings_update_staff on util.settings is 'Staff change the values of settings whose permission they hold everywhere.';
