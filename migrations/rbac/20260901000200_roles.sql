create schema rbac;

comment on schema rbac is
'Who may do what: roles, permissions, grants, keys. Not exposed to clients.';

grant usage on schema rbac to anon, authenticated, staff, service_role, supabase_auth_admin;

create table rbac.roles (
    id uuid not null default gen_random_uuid(),
    name text not null,
    title text not null,
    description text not null,
    is_staff boolean not null default false,
    is_indispensable boolean not null default false,
    assigned_to_new text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_roles primary key (id),
    constraint uq_roles_name unique (name),
    constraint uq_roles_assigned_to_new unique (assigned_to_new),
    constraint ck_roles_name check (name ~ '^[a-z][a-z0-9_]{1,60}$'),
    constraint ck_roles_assigned_to_new check (assigned_to_new in ('login', 'anonymous_login')),
    constraint ck_roles_assigned_to_new_is_no_staff check (assigned_to_new is null or not is_staff)
);

create trigger trg_roles_set_updated_at
before update on rbac.roles
for each row execute function util.set_updated_at();

alter table rbac.roles enable row level security;

comment on table rbac.roles is 'Bundles of permissions that people hold.';
comment on column rbac.roles.is_staff is
'Whether its holders wear the hat, the database role staff. The hat alone opens nothing.';
comment on column rbac.roles.is_indispensable is
'Whether at least one person must always hold it globally and without an end.';
comment on column rbac.roles.assigned_to_new is
'login: given to every new login. anonymous_login: to every anonymous sign-in. Null: to neither.';

create table rbac.permissions (
    id uuid not null default gen_random_uuid(),
    name text not null,
    description text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_permissions primary key (id),
    constraint uq_permissions_name unique (name),
    constraint ck_permissions_name check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$')
);

create trigger trg_permissions_set_updated_at
before update on rbac.permissions
for each row execute function util.set_updated_at();

alter table rbac.permissions enable row level security;

comment on table rbac.permissions is 'Single things that a person may do, named area.action.';

create table rbac.role_permissions (
    id uuid not null default gen_random_uuid(),
    role_id uuid not null,
    permission_id uuid not null,
    valid_from timestamptz not null default now(),
    valid_to timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_role_permissions primary key (id),
    constraint uq_role_permissions_valid_from unique (role_id, permission_id, valid_from),
    constraint fk_role_permissions_role foreign key (role_id) references rbac.roles (id),
    constraint fk_role_permissions_permission
    foreign key (permission_id) references rbac.permissions (id),
    constraint ck_role_permissions_validity check (valid_to > valid_from),
    constraint ex_role_permissions_validity exclude using gist (
        util.uuid_range(role_id, role_id, '[]') with &&,
        util.uuid_range(permission_id, permission_id, '[]') with &&,
        tstzrange(valid_from, valid_to) with &&
    )
);

create index idx_role_permissions_permission_id on rbac.role_permissions (permission_id);

create trigger trg_role_permissions_set_updated_at
before update on rbac.role_permissions
for each row execute function util.set_updated_at();

alter table rbac.role_permissions enable row level security;

comment on table rbac.role_permissions is
'Which role gives which permission, and when. End a row instead of deleting it: the past stays '
'known.';
comment on column rbac.role_permissions.valid_from is '-infinity: from the beginning.';
comment on column rbac.role_permissions.valid_to is 'Null: without an end.';

create table rbac.user_roles (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    role_id uuid not null,
    scope_type text not null default 'global',
    scope_id uuid,
    assigned_by uuid,
    reason text not null,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_user_roles primary key (id),
    constraint uq_user_roles_role unique nulls not distinct (
        user_id, role_id, scope_type, scope_id
    ),
    constraint fk_user_roles_user foreign key (user_id) references public.profiles (id),
    constraint fk_user_roles_role foreign key (role_id) references rbac.roles (id),
    constraint fk_user_roles_assigned_by foreign key (assigned_by) references public.profiles (id),
    constraint ck_user_roles_scope_type
    check (scope_type in ('global', 'school', 'course', 'engagement')),
    constraint ck_user_roles_scope check ((scope_type = 'global') = (scope_id is null)),
    constraint ck_user_roles_reason check (reason ~ '[^[:space:]]' and length(reason) <= 500)
);

create index idx_user_roles_role_id on rbac.user_roles (role_id);
create index idx_user_roles_assigned_by on rbac.user_roles (assigned_by);
create index idx_user_roles_scope on rbac.user_roles (scope_type, scope_id)
where scope_id is not null;

create trigger trg_user_roles_set_updated_at
before update on rbac.user_roles
for each row execute function util.set_updated_at();

alter table rbac.user_roles enable row level security;

comment on table rbac.user_roles is
'Who holds which role, everywhere or in one school, course or engagement. Written by '
'rbac.grant_role() and rbac.revoke_role() alone; every change is in role_grants_log.';
comment on column rbac.user_roles.scope_id is
'Id of the school, course or engagement; null for global grants.';
comment on column rbac.user_roles.assigned_by is 'Null: the system.';
comment on column rbac.user_roles.expires_at is
'The role counts until then; null: without an end.';

create table rbac.role_grants_log (
    id bigint generated always as identity,
    action text not null,
    user_id uuid not null,
    role_id uuid not null,
    scope_type text not null,
    scope_id uuid,
    actor_id uuid,
    actor_role text not null,
    reason text not null,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    constraint pk_role_grants_log primary key (id),
    constraint fk_role_grants_log_user foreign key (user_id) references public.profiles (id),
    constraint fk_role_grants_log_role foreign key (role_id) references rbac.roles (id),
    constraint fk_role_grants_log_actor foreign key (actor_id) references public.profiles (id),
    constraint ck_role_grants_log_action check (action in ('granted', 'changed', 'revoked')),
    constraint ck_role_grants_log_reason check (length(reason) <= 500)
);

create index idx_role_grants_log_user_id on rbac.role_grants_log (user_id, id desc);
create index idx_role_grants_log_role_id on rbac.role_grants_log (role_id);
create index idx_role_grants_log_actor_id on rbac.role_grants_log (actor_id);

alter table rbac.role_grants_log enable row level security;

comment on table rbac.role_grants_log is
'Every grant, change and revocation of a role, by whom and why. Appended by a trigger, never '
'changed.';
comment on column rbac.role_grants_log.actor_id is
'The acting person; null: a service or an operator.';
comment on column rbac.role_grants_log.actor_role is 'Database role that the statement came from.';

create table rbac.api_keys (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    name text not null,
    prefix text not null,
    secret_hash text not null,
    permissions text[] not null default '{}',
    rate_limit_per_minute integer not null default 60,
    window_started_at timestamptz,
    window_count integer not null default 0,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_api_keys primary key (id),
    constraint uq_api_keys_prefix unique (prefix),
    constraint fk_api_keys_user foreign key (user_id) references public.profiles (id),
    constraint ck_api_keys_name check (name ~ '[^[:space:]]' and length(name) <= 80),
    constraint ck_api_keys_secret_hash check (secret_hash ~ '^[0-9a-f]{64}$'),
    constraint ck_api_keys_rate_limit check (rate_limit_per_minute between 1 and 100000)
);

create index idx_api_keys_user_id on rbac.api_keys (user_id, created_at desc);

create trigger trg_api_keys_set_updated_at
before update on rbac.api_keys
for each row execute function util.set_updated_at();

alter table rbac.api_keys enable row level security;

comment on table rbac.api_keys is
'Keys with which programs act for a person. Only the sha256 of the secret is kept; no client can '
'read even that.';
comment on column rbac.api_keys.prefix is 'First part of the key, by which people recognise it.';
comment on column rbac.api_keys.secret_hash is 'sha256 (hex) of the whole key.';
comment on column rbac.api_keys.permissions is
'Names of permissions; the key has those of them that its owner holds at that moment.';
comment on column rbac.api_keys.window_started_at is 'Start of the minute being counted.';
comment on column rbac.api_keys.window_count is 'Uses in that minute.';
comment on column rbac.api_keys.expires_at is 'Null: never.';
comment on column rbac.api_keys.revoked_at is 'Null: in force.';
