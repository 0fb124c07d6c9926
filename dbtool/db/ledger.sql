-- dbtool's memory of a database. Made by dbtool itself before anything else, so that no migration
-- and no down migration can take it away.
create schema if not exists util;

comment on schema util is
'Tools of the package and the ledger of dbtool. Not exposed to clients.';

create table if not exists util.migrations_meta (
    id bigint generated always as identity,
    version text not null,
    module text not null,
    slug text not null,
    status text not null,
    checksum text not null,
    down_text text,
    attempts integer not null default 1,
    lock_wait_ms bigint not null default 0,
    started_at timestamptz not null,
    finished_at timestamptz not null default clock_timestamp(),
    applied_by text not null default session_user,
    client_host text not null,
    tool_version text not null,
    git_commit text,
    error text,
    constraint pk_migrations_meta primary key (id),
    constraint ck_migrations_meta_status
    check (status in ('started', 'applied', 'failed', 'rolled_back', 'baselined')),
    constraint ck_migrations_meta_error check ((status = 'failed') = (error is not null))
);

create index if not exists idx_migrations_meta_version on util.migrations_meta (version, id);

comment on table util.migrations_meta is
'Ledger of migrations: one row for each run of a version, appended and never rewritten. '
'The last row of a version that is not started or failed says whether it stands.';
comment on column util.migrations_meta.version is '14-digit UTC time from the file''s name.';
comment on column util.migrations_meta.module is 'The schema whose folder holds the file.';
comment on column util.migrations_meta.checksum is 'sha256 (hex) of the file with LF line ends.';
comment on column util.migrations_meta.down_text is
'The way back as it stood when the version was applied; null where there was none.';
comment on column util.migrations_meta.attempts is
'Tries in this run: more than one when tables were too busy to lock.';
comment on column util.migrations_meta.lock_wait_ms is
'Milliseconds spent waiting for table locks, over all attempts.';
comment on column util.migrations_meta.client_host is 'Name of the machine dbtool ran on.';
comment on column util.migrations_meta.git_commit is
'Commit of the checkout, with -dirty where files differed from it; null outside git.';
comment on column util.migrations_meta.error is 'SQLSTATE and message of a failed run.';

create table if not exists util.declared_files (
    id bigint generated always as identity,
    path text not null,
    kind text not null,
    object_name text not null,
    status text not null,
    checksum text not null,
    applied_text text not null,
    signature text,
    attempts integer not null default 1,
    lock_wait_ms bigint not null default 0,
    started_at timestamptz not null default now(),
    applied_at timestamptz not null default clock_timestamp(),
    applied_by text not null default session_user,
    client_host text not null,
    tool_version text not null,
    git_commit text,
    error text,
    constraint pk_declared_files primary key (id),
    constraint ck_declared_files_kind check (kind in ('function', 'view', 'policy', 'seed')),
    constraint ck_declared_files_status check (status in ('applied', 'dropped', 'failed')),
    constraint ck_declared_files_error check ((status = 'failed') = (error is not null))
);

create index if not exists idx_declared_files_path on util.declared_files (path, id);

comment on table util.declared_files is
'Ledger of declared files and reference seeds: one row for each time a file was applied, failed, or '
'had its object dropped, appended and never rewritten. The last row of a path that did not fail counts.';
comment on column util.declared_files.object_name is
'schema.name of the function, the view, or the table that the file grants access to or seeds.';
comment on column util.declared_files.attempts is
'Tries of the batch it was in: more than one when tables were too busy to lock.';
comment on column util.declared_files.lock_wait_ms is
'Milliseconds the batch spent waiting for table locks, over all attempts.';
comment on column util.declared_files.started_at is 'When its batch began.';
comment on column util.declared_files.error is 'SQLSTATE and message of a failed run.';
comment on column util.declared_files.signature is
'For functions schema.name(argument types), by which the function is dropped; else null.';

create table if not exists util.seeded_rows (
    table_id regclass not null,
    row_key jsonb not null,
    row_data jsonb not null,
    seeded_at timestamptz not null default now(),
    constraint pk_seeded_rows primary key (table_id, row_key)
);

comment on table util.seeded_rows is
'Each reference row as dbtool last wrote it. A row that an operator changed or deleted since '
'differs from it, and is left alone.';
comment on column util.seeded_rows.row_key is 'The columns of the seed''s ON CONFLICT target.';
comment on column util.seeded_rows.row_data is 'All columns that the seed gives.';

create table if not exists util.catalog_objects (
    kind text not null,
    identity text not null,
    definition text not null,
    page text,
    is_drifted boolean not null default false,
    constraint pk_catalog_objects primary key (kind, identity)
);

comment on table util.catalog_objects is
'Every object of the managed schemas as the last run left it. dbtool verify compares the live '
'catalog with it.';
comment on column util.catalog_objects.definition is
'The DDL that makes the object; empty for one that should not be there.';
comment on column util.catalog_objects.page is 'schema.table that the object belongs to, or null.';
comment on column util.catalog_objects.is_drifted is
'Found to differ from this definition by a run, and not put right or accepted since.';

create table if not exists util.catalog_runs (
    id bigint generated always as identity,
    migration_id bigint not null,
    declared_id bigint not null,
    server_version integer not null,
    format integer not null,
    stamp bigint,
    ledger_digest text not null,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint pk_catalog_runs primary key (id)
);

comment on table util.catalog_runs is
'When catalog_objects was recorded. It can be compared only while it covers the newest rows of '
'both ledgers and the server''s major version is the same.';
comment on column util.catalog_runs.migration_id is 'Newest util.migrations_meta.id covered.';
comment on column util.catalog_runs.declared_id is 'Newest util.declared_files.id covered.';
comment on column util.catalog_runs.server_version is 'server_version_num.';
comment on column util.catalog_runs.stamp is
'Hash of the catalog rows'' versions: while it is the same, nothing was touched. Null while there is '
'drift.';
comment on column util.catalog_runs.ledger_digest is
'md5 of both ledgers'' rows up to these ids. Where it does not fit any more, rows were edited.';
comment on column util.catalog_runs.format is 'Version of dbtool''s rendering of objects.';

create table if not exists util.ledger_versions (
    version integer not null,
    tool_version text not null,
    made_at timestamptz not null default now(),
    constraint pk_ledger_versions primary key (version)
);

comment on table util.ledger_versions is
'Shapes that these tables have had. A dbtool that does not know the newest one refuses to work.';
comment on column util.ledger_versions.tool_version is 'The dbtool that made it.';

alter table util.migrations_meta enable row level security;
alter table util.declared_files enable row level security;
alter table util.seeded_rows enable row level security;
alter table util.catalog_objects enable row level security;
alter table util.catalog_runs enable row level security;
alter table util.ledger_versions enable row level security;

revoke all on util.migrations_meta, util.declared_files, util.seeded_rows, util.catalog_objects,
util.catalog_runs, util.ledger_versions from public, anon, authenticated, staff, service_role;
