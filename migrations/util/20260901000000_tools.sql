grant usage on schema util to anon, authenticated, staff, service_role;

create function util.set_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

comment on function util.set_updated_at() is
'Sets updated_at to the transaction''s time, whatever the statement says.

Returns: the row to store.
Caller: triggers only.';

revoke all on function util.set_updated_at() from public;

-- Exclusion constraints need a GiST operator class: uuid has none without an extension, ranges hav
create type util.uuid_range as range (subtype = uuid);

comment on type util.uuid_range is
'A range of one uuid, written uuid_range(id, id, ''[]''), so that exclusion constraints can ask '
'for equal ids.';

create table util.feature_flags (
    id uuid not null default gen_random_uuid(),
    key text not null,
    description text not null,
    is_enabled boolean not null default false,
    rollout_percent integer not null default 100,
    cohorts text[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_feature_flags primary key (id),
    constraint uq_feature_flags_key unique (key),
    constraint ck_feature_flags_key check (key ~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$'),
    constraint ck_feature_flags_rollout_percent check (rollout_percent between 0 and 100)
);

create trigger trg_feature_flags_set_updated_at
before update on util.feature_flags
for each row execute function util.set_updated_at();

alter table util.feature_flags enable row level security;

comment on table util.feature_flags is
'Switches for parts of the product. Clients never read it: they ask util.is_enabled().';
comment on column util.feature_flags.is_enabled is 'False switches the flag off for everyone.';
comment on column util.feature_flags.rollout_percent is
'Share of users, 0 to 100, for whom an enabled flag is on; the same users as long as it grows.';
comment on column util.feature_flags.cohorts is
'Names of roles whose holders have an enabled flag on whatever the percentage.';

create table util.idempotency_keys (
    user_id uuid not null,
    scope text not null,
    key text not null,
    request_hash text not null,
    response jsonb,
    created_at timestamptz not null default now(),
    constraint pk_idempotency_keys primary key (user_id, scope, key),
    constraint ck_idempotency_keys_key check (length(key) between 1 and 200)
);

alter table util.idempotency_keys enable row level security;

comment on table util.idempotency_keys is
'What was asked under a key and what was answered, in the transaction of the effect itself. '
'No foreign key to profiles: the system and visitors have keys too.';
comment on column util.idempotency_keys.scope is 'The function that the key was given to.';
comment on column util.idempotency_keys.request_hash is 'sha256 (hex) of the request as jsonb.';
comment on column util.idempotency_keys.response is
'The answer to repeat; null only inside the transaction that works on it.';

create table util.partitioned_tables (
    parent_name text not null,
    months_ahead integer not null default 6,
    retention_months integer,
    archive_rule text not null default 'keep',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint pk_partitioned_tables primary key (parent_name),
    constraint ck_partitioned_tables_months_ahead check (months_ahead between 1 and 60),
    constraint ck_partitioned_tables_archive_rule check (archive_rule in ('keep', 'detach')),
    constraint ck_partitioned_tables_retention
    check ((archive_rule = 'detach') = (retention_months is not null) and retention_months > 0)
);

create trigger trg_partitioned_tables_set_updated_at
before update on util.partitioned_tables
for each row execute function util.set_updated_at();

alter table util.partitioned_tables enable row level security;

comment on table util.partitioned_tables is
'Journals with a partition for each month (UTC). util.ensure_partitions() makes those that lack.';
comment on column util.partitioned_tables.parent_name is 'schema.table of the journal.';
comment on column util.partitioned_tables.months_ahead is 'Months to keep ready beyond this one.';
comment on column util.partitioned_tables.retention_months is
'Full months after which a partition is retired; null: never.';
comment on column util.partitioned_tables.archive_rule is
'keep: partitions stay. detach: retired ones are detached and left as tables of their own.';
