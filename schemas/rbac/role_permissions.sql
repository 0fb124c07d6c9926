-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.role_permissions (
    id uuid default gen_random_uuid() not null,
    role_id uuid not null,
    permission_id uuid not null,
    valid_from timestamp with time zone default now() not null,
    valid_to timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_role_permissions PRIMARY KEY (id),
    constraint uq_role_permissions_valid_from UNIQUE (role_id, permission_id, valid_from),
    constraint ck_role_permissions_validity CHECK ((valid_to > valid_from)),
    constraint ex_role_permissions_validity EXCLUDE USING gist (util.uuid_as_inet(role_id) inet_ops WITH =, util.uuid_as_inet(permission_id) inet_ops WITH =, tstzrange(valid_from, valid_to) WITH &&),
    constraint fk_role_permissions_permission FOREIGN KEY (permission_id) REFERENCES rbac.permissions(id),
    constraint fk_role_permissions_role FOREIGN KEY (role_id) REFERENCES rbac.roles(id)
);

comment on table rbac.role_permissions is 'Permissions that roles give, and when. End a row instead of deleting it, so that the past stays known.';
comment on column rbac.role_permissions.valid_from is '-infinity: from the beginning.';
comment on column rbac.role_permissions.valid_to is 'Null: without an end.';

CREATE INDEX idx_role_permissions_permission_id ON rbac.role_permissions USING btree (permission_id);

CREATE TRIGGER trg_role_permissions_set_updated_at BEFORE UPDATE ON rbac.role_permissions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table rbac.role_permissions enable row level security;

grant select on table rbac.role_permissions to authenticated;
grant delete, insert, select, update on table rbac.role_permissions to service_role;
grant select on table rbac.role_permissions to staff;

create policy role_permissions_select_any on rbac.role_permissions for select to authenticated
using (true);

create policy role_permissions_select_staff on rbac.role_permissions for select to staff
using (true);

comment on policy role_permissions_select_any on rbac.role_permissions is 'Every user may read what each role may do: that is not secret.';
comment on policy role_permissions_select_staff on rbac.role_permissions is 'Staff read what each role may do.';
