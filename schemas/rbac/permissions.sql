-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.permissions (
    id uuid default gen_random_uuid() not null,
    name text not null,
    description text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_permissions PRIMARY KEY (id),
    constraint uq_permissions_name UNIQUE (name),
    constraint ck_permissions_name CHECK ((name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'::text))
);

comment on table rbac.permissions is 'Single things that a person may do, named area.action.';

CREATE TRIGGER trg_permissions_set_updated_at BEFORE UPDATE ON rbac.permissions FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table rbac.permissions enable row level security;

grant select on table rbac.permissions to authenticated;
grant delete, insert, select, update on table rbac.permissions to service_role;
grant select on table rbac.permissions to staff;

create policy permissions_select_any on rbac.permissions for select to authenticated
using (true);

create policy permissions_select_staff on rbac.permissions for select to staff
using (true);

comment on policy permissions_select_any on rbac.permissions is 'Every user may read permissions: they are not secret.';
comment on policy permissions_select_staff on rbac.permissions is 'Staff read permissions.';
