-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.migrations_meta (
    id bigint generated always as identity not null,
    version text not null,
    module text not null,
    slug text not null,
    status text not null,
    checksum text not null,
    down_text text,
    attempts integer default 1 not null,
    lock_wait_ms bigint default 0 not null,
    started_at timestamp with time zone not null,
    finished_at timestamp with time zone default clock_timestamp() not null,
    applied_by text default SESSION_USER not null,
    client_host text not null,
    tool_version text not null,
    git_commit text,
    error text,
    constraint pk_migrations_meta PRIMARY KEY (id),
    constraint ck_migrations_meta_error CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    constraint ck_migrations_meta_status CHECK ((status = ANY (ARRAY['started'::text, 'applied'::text, 'failed'::text, 'rolled_back'::text, 'baselined'::text])))
);

comment on table util.migrations_meta is 'Ledger of migrations: one row for each run of a version, appended and never rewritten. The last row of a version that is not started or failed says whether it stands.';
comment on column util.migrations_meta.version is '14-digit UTC time from the file''s name.';
comment on column util.migrations_meta.module is 'The schema whose folder holds the file.';
comment on column util.migrations_meta.checksum is 'sha256 (hex) of the file with LF line ends.';
comment on column util.migrations_meta.down_text is 'The way back as it stood when the version was applied; null where there was none.';
comment on column util.migrations_meta.attempts is 'Tries in this run: more than one when tables were too busy to lock.';
comment on column util.migrations_meta.lock_wait_ms is 'Milliseconds spent waiting for table locks, over all attempts.';
comment on column util.migrations_meta.client_host is 'Name of the machine dbtool ran on.';
comment on column util.migrations_meta.git_commit is 'Commit of the checkout, with -dirty where files differed from it; null outside git.';
comment on column util.migrations_meta.error is 'SQLSTATE and message of a failed run.';

CREATE INDEX idx_migrations_meta_version ON util.migrations_meta USING btree (version, id);

alter table util.migrations_meta enable row level security;

create policy migrations_meta_all_nobody on util.migrations_meta as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy migrations_meta_all_nobody on util.migrations_meta is 'No client gets access, whatever is granted.';
