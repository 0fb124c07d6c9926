-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.declared_files (
    id bigint generated always as identity not null,
    path text not null,
    kind text not null,
    object_name text not null,
    status text not null,
    checksum text not null,
    applied_text text not null,
    signature text,
    attempts integer default 1 not null,
    lock_wait_ms bigint default 0 not null,
    started_at timestamp with time zone default now() not null,
    applied_at timestamp with time zone default clock_timestamp() not null,
    applied_by text default SESSION_USER not null,
    client_host text not null,
    tool_version text not null,
    git_commit text,
    error text,
    constraint pk_declared_files PRIMARY KEY (id),
    constraint ck_declared_files_error CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    constraint ck_declared_files_kind CHECK ((kind = ANY (ARRAY['function'::text, 'view'::text, 'policy'::text, 'seed'::text]))),
    constraint ck_declared_files_status CHECK ((status = ANY (ARRAY['applied'::text, 'dropped'::text, 'failed'::text])))
);

comment on table util.declared_files is 'Ledger of declared files and reference seeds: one row for each time a file was applied, failed, or had its object dropped, appended and never rewritten. The last row of a path that did not fail counts.';
comment on column util.declared_files.object_name is 'schema.name of the function, the view, or the table that the file grants access to or seeds.';
comment on column util.declared_files.signature is 'For functions schema.name(argument types), by which the function is dropped; else null.';
comment on column util.declared_files.attempts is 'Tries of the batch it was in: more than one when tables were too busy to lock.';
comment on column util.declared_files.lock_wait_ms is 'Milliseconds the batch spent waiting for table locks, over all attempts.';
comment on column util.declared_files.started_at is 'When its batch began.';
comment on column util.declared_files.error is 'SQLSTATE and message of a failed run.';

CREATE INDEX idx_declared_files_path ON util.declared_files USING btree (path, id);

alter table util.declared_files enable row level security;

create policy declared_files_all_nobody on util.declared_files as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy declared_files_all_nobody on util.declared_files is 'No client gets access, whatever is granted.';
