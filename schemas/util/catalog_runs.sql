-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.catalog_runs (
    id bigint generated always as identity not null,
    migration_id bigint not null,
    declared_id bigint not null,
    server_version integer not null,
    format integer not null,
    stamp bigint,
    ledger_digest text not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    constraint pk_catalog_runs PRIMARY KEY (id)
);

comment on table util.catalog_runs is 'When catalog_objects was recorded. It can be compared only while it covers the newest rows of both ledgers and the server''s major version is the same.';
comment on column util.catalog_runs.migration_id is 'Newest util.migrations_meta.id covered.';
comment on column util.catalog_runs.declared_id is 'Newest util.declared_files.id covered.';
comment on column util.catalog_runs.server_version is 'server_version_num.';
comment on column util.catalog_runs.format is 'Version of dbtool''s rendering of objects.';
comment on column util.catalog_runs.stamp is 'Hash of the catalog rows'' versions: while it is the same, nothing was touched. Null while there is drift.';
comment on column util.catalog_runs.ledger_digest is 'md5 of both ledgers'' rows up to these ids. Where it does not fit any more, rows were edited.';

alter table util.catalog_runs enable row level security;

create policy catalog_runs_all_nobody on util.catalog_runs as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy catalog_runs_all_nobody on util.catalog_runs is 'No client gets access, whatever is granted.';
