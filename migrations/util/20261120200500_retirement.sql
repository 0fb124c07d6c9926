-- A journal may have something to keep before a month of it goes: XP needs its opening balances.
alter table util.partitioned_tables add column before_retire text;

-- A handful of rows: nothing to wait for.
alter table util.partitioned_tables
-- squawk-ignore constraint-missing-not-valid
add constraint ck_partitioned_tables_before_retire
check (before_retire ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$');

comment on column util.partitioned_tables.before_retire is
'schema.function, called as f(p_partition regclass) and returning void in a transaction of its own '
'before a partition is detached; again where a run was interrupted. Null: nothing to keep.';
