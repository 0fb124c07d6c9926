-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.ledger_versions (
    version integer not null,
    tool_version text not null,
    made_at timestamp with time zone default now() not null,
    constraint pk_ledger_versions PRIMARY KEY (version)
);

comment on table util.ledger_versions is 'Shapes that these tables have had. A dbtool that does not know the newest one refuses to work.';
comment on column util.ledger_versions.tool_version is 'The dbtool that made it.';

alter table util.ledger_versions enable row level security;

create policy ledger_versions_all_nobody on util.ledger_versions as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy ledger_versions_all_nobody on util.ledger_versions is 'No client gets access, whatever is granted.';
