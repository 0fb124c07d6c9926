insert into util.settings (schema, key, value, unit, min_value, max_value, description, managed_by)
values
(
    'util', 'jobs.keep_runs_days', 30, 'days', 1, 3650,
    'Days after which runs of jobs are forgotten.', 'job.manage'
),
(
    'util', 'jobs.retry_base_seconds', 10, 'seconds', 1, 604800,
    'Pause after a job''s first failure; each further one doubles it, up to '
    'jobs.retry_cap_seconds.',
    'job.manage'
),
(
    'util', 'jobs.retry_cap_seconds', 3600, 'seconds', 1, 604800,
    'The longest pause after a failure, before jitter; a longer jobs.retry_base_seconds is cut to '
    'it.',
    'job.manage'
),
(
    'util', 'jobs.retry_jitter_percent', 25, 'percent', 0, 100,
    'Up to so much is added to a pause at random, so that jobs that failed together do not return '
    'together.',
    'job.manage'
)
on conflict (schema, key) do nothing;
