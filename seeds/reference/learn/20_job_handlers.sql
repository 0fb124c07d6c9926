insert into util.job_handlers (kind, function_name)
values
('learn.keep_enrollments', 'learn.keep_enrollments'),
('learn.close_overdue_attempts', 'learn.close_overdue_attempts')
on conflict (kind) do nothing;
