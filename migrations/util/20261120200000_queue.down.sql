drop table util.cron_schedules;
drop table util.job_handlers;
drop table util.job_settings;
drop table util.job_runs;
drop table util.job_queue;
drop function util.is_cron(text);
drop function util.cron_values(text, integer, integer);
