insert into util.cron_schedules (name, cron, kind)
values
('learn.keep_enrollments', '* * * * *', 'learn.keep_enrollments'),
('learn.close_overdue_attempts', '* * * * *', 'learn.close_overdue_attempts')
on conflict (name) do nothing;
