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
    applied_at timestamp with time zone default clock_timestamp() not null,
    applied_by text default SESSION_USER not null,
    client_host text not null,
    tool_version text not null,
    git_commit text,
    constraint pk_declared_files PRIMARY KEY (id),
    constraint ck_declared_files_kind CHECK ((kind = ANY (ARRAY['function'::text, 'view'::text, 'policy'::text, 'seed'::text]))),
    constraint ck_declared_files_status CHECK ((status = ANY (ARRAY['applied'::text, 'dropped'::text])))
);

comment on table util.declared_files is 'Ledger of declared files and reference seeds: one row for each time a file was applied or its object dropped, appended and never rewritten. The last row of a path counts.';
comment on column util.declared_files.object_name is 'schema.name of the function, the view, or the table that the file grants access to or seeds.';
comment on column util.declared_files.signature is 'For functions schema.name(argument types), by which the function is dropped; else null.';

CREATE INDEX idx_declared_files_path ON util.declared_files USING btree (path, id);

alter table util.declared_files enable row level security;
