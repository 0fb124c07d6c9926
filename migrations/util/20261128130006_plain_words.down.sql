comment on table util.feature_flags is
'Switches for parts of the product. Clients never read it: they ask util.is_enabled().';
comment on column util.feature_flags.rollout_percent is
'Share of users, 0 to 100, for whom an enabled flag is on; the same users as long as it grows.';
comment on column util.feature_flags.cohorts is
'Names of roles whose holders have an enabled flag on whatever the percentage.';
comment on table util.idempotency_keys is
'What was asked under a key and what was answered, in the transaction of the effect itself. '
'No foreign key to profiles: the system and visitors have keys too.';
comment on table util.partitioned_tables is
'Journals with a partition for each month (UTC). util.ensure_partitions() makes those that lack.';
comment on column util.job_queue.payload is 'What the job is about; 64 KiB as it is stored.';
comment on table util.cron_schedules is
'Jobs that come again. One that was missed runs once when somebody ticks again; one that still '
'waits is not enqueued twice.';
comment on column util.partitioned_tables.before_retire is
'schema.function, called as f(p_partition regclass) and returning void in a transaction of its own '
'before a partition is detached; again where a run was interrupted. Null: nothing to keep.';
