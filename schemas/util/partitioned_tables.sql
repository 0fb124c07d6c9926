-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table util.partitioned_tables (
    parent_name text not null,
    months_ahead integer default 6 not null,
    retention_months integer,
    archive_rule text default 'keep'::text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    before_retire text,
    constraint pk_partitioned_tables PRIMARY KEY (parent_name),
    constraint ck_partitioned_tables_archive_rule CHECK ((archive_rule = ANY (ARRAY['keep'::text, 'detach'::text]))),
    constraint ck_partitioned_tables_before_retire CHECK ((before_retire ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'::text)),
    constraint ck_partitioned_tables_months_ahead CHECK (((months_ahead >= 1) AND (months_ahead <= 60))),
    constraint ck_partitioned_tables_retention CHECK ((((archive_rule = 'detach'::text) = (retention_months IS NOT NULL)) AND (retention_months > 0)))
);

comment on table util.partitioned_tables is 'Journals with a partition for each month (UTC). util.ensure_partitions() makes those that are missing.';
comment on column util.partitioned_tables.parent_name is 'schema.table of the journal.';
comment on column util.partitioned_tables.months_ahead is 'Months to keep ready beyond this one.';
comment on column util.partitioned_tables.retention_months is 'Full months after which a partition is retired; null: never.';
comment on column util.partitioned_tables.archive_rule is 'keep: partitions stay. detach: retired ones are detached and left as tables of their own.';
comment on column util.partitioned_tables.before_retire is 'schema.function, called as f(p_partition regclass) and returning void in a transaction of its own before a partition is detached; called again after an interrupted run. Null: nothing to keep.';

CREATE TRIGGER trg_partitioned_tables_set_updated_at BEFORE UPDATE ON util.partitioned_tables FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table util.partitioned_tables enable row level security;

grant delete, select on table util.partitioned_tables to service_role;
grant insert (parent_name, months_ahead, retention_months, archive_rule), update (parent_name, months_ahead, retention_months, archive_rule) on table util.partitioned_tables to service_role;

create policy partitioned_tables_all_nobody on util.partitioned_tables as restrictive for all to anon, authenticated, staff
using (false)
with check (false);

comment on policy partitioned_tables_all_nobody on util.partitioned_tables is 'No client gets access, whatever is granted.';
