-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table rbac.api_keys (
    id uuid default gen_random_uuid() not null,
    user_id uuid default auth.uid() not null,
    name text not null,
    prefix text not null,
    secret_hash text not null,
    permissions text[] default '{}'::text[] not null,
    rate_limit_per_minute integer default 60 not null,
    window_started_at timestamp with time zone,
    window_count integer default 0 not null,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_api_keys PRIMARY KEY (id),
    constraint uq_api_keys_prefix UNIQUE (prefix),
    constraint ck_api_keys_name CHECK (((name ~ '[^[:space:]]'::text) AND (length(name) <= 80))),
    constraint ck_api_keys_rate_limit CHECK (((rate_limit_per_minute >= 1) AND (rate_limit_per_minute <= 100000))),
    constraint ck_api_keys_secret_hash CHECK ((secret_hash ~ '^[0-9a-f]{64}$'::text)),
    constraint fk_api_keys_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table rbac.api_keys is 'Keys with which programs act for a person. Only the sha256 of the secret is kept; no client can read even that.';
comment on column rbac.api_keys.prefix is 'First part of the key, by which people recognise it.';
comment on column rbac.api_keys.secret_hash is 'sha256 (hex) of the whole key.';
comment on column rbac.api_keys.permissions is 'Names of permissions; the key has those of them that its owner holds at that moment.';
comment on column rbac.api_keys.window_started_at is 'Start of the minute being counted.';
comment on column rbac.api_keys.window_count is 'Uses in that minute.';
comment on column rbac.api_keys.expires_at is 'Null: never.';
comment on column rbac.api_keys.revoked_at is 'Null: in force.';

CREATE INDEX idx_api_keys_user_id ON rbac.api_keys USING btree (user_id, created_at DESC);

CREATE TRIGGER trg_api_keys_set_updated_at BEFORE UPDATE ON rbac.api_keys FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table rbac.api_keys enable row level security;

grant select (id, user_id, name, prefix, permissions, rate_limit_per_minute, expires_at, revoked_at, last_used_at, created_at, updated_at) on table rbac.api_keys to authenticated;
grant select (id, user_id, name, prefix, permissions, rate_limit_per_minute, expires_at, revoked_at, last_used_at, created_at, updated_at) on table rbac.api_keys to service_role;
grant select (id, user_id, name, prefix, permissions, rate_limit_per_minute, expires_at, revoked_at, last_used_at, created_at, updated_at) on table rbac.api_keys to staff;

create policy api_keys_select_own on rbac.api_keys for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy api_keys_select_staff on rbac.api_keys for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'api_key.read_any'::text) AS has_permission)));

comment on policy api_keys_select_own on rbac.api_keys is 'Users see their own keys, without the hash.';
comment on policy api_keys_select_staff on rbac.api_keys is 'Staff with api_key.read_any see all keys, without the hash.';
