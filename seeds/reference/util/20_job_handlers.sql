insert into util.job_handlers (kind, function_name)
values
('util.make_partitions', 'util.make_partitions'),
('util.purge_job_runs', 'util.purge_job_runs')
on conflict (kind) do nothing;
