-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.seeded_rows (
    table_id regclass not null,
    row_key jsonb not null,
    row_data jsonb not null,
    seeded_at timestamp with time zone default now() not null,
    constraint pk_seeded_rows PRIMARY KEY (table_id, row_key)
);

comment on table util.seeded_rows is 'Each reference row as dbtool last wrote it. A row that an operator changed or deleted since differs from it, and is left alone.';
comment on column util.seeded_rows.row_key is 'The columns of the seed''s ON CONFLICT target.';
comment on column util.seeded_rows.row_data is 'All columns that the seed gives.';

alter table util.seeded_rows enable row level security;

create policy seeded_rows_all_nobody on util.seeded_rows as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy seeded_rows_all_nobody on util.seeded_rows is 'No client gets access, whatever is granted.';
