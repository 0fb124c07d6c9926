insert into util.cron_schedules (name, cron, kind)
values
('util.make_partitions', '17 2 * * *', 'util.make_partitions'),
('util.purge_job_runs', '37 2 * * *', 'util.purge_job_runs')
on conflict (name) do nothing;
