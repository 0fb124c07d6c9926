-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.roles (
    id uuid default gen_random_uuid() not null,
    name text not null,
    title text not null,
    description text not null,
    is_staff boolean default false not null,
    is_indispensable boolean default false not null,
    assigned_to_new text,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_roles PRIMARY KEY (id),
    constraint uq_roles_assigned_to_new UNIQUE (assigned_to_new),
    constraint uq_roles_name UNIQUE (name),
    constraint ck_roles_assigned_to_new CHECK ((assigned_to_new = ANY (ARRAY['login'::text, 'anonymous_login'::text]))),
    constraint ck_roles_assigned_to_new_is_no_staff CHECK (((assigned_to_new IS NULL) OR (NOT is_staff))),
    constraint ck_roles_name CHECK ((name ~ '^[a-z][a-z0-9_]{1,60}$'::text))
);

comment on table rbac.roles is 'Bundles of permissions that people hold.';
comment on column rbac.roles.is_staff is 'Whether requests of its holders run as database role staff. That role alone grants nothing.';
comment on column rbac.roles.is_indispensable is 'Whether at least one person must always hold it globally and without an end.';
comment on column rbac.roles.assigned_to_new is 'login: given to every new login. anonymous_login: to every anonymous sign-in. Null: to neither.';

CREATE TRIGGER trg_roles_set_updated_at BEFORE UPDATE ON rbac.roles FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table rbac.roles enable row level security;

grant select on table rbac.roles to authenticated;
grant delete, insert, select, update on table rbac.roles to service_role;
grant select on table rbac.roles to staff;

create policy roles_select_any on rbac.roles for select to authenticated
using (true);

create policy roles_select_staff on rbac.roles for select to staff
using (true);

comment on policy roles_select_any on rbac.roles is 'Every user may read roles: they are not secret.';
comment on policy roles_select_staff on rbac.roles is 'Staff read roles.';
