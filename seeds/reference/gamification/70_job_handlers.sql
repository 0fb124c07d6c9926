insert into util.job_handlers (kind, function_name)
values
('gamification.fold_seasons', 'gamification.fold_seasons'),
('gamification.follow_levels', 'gamification.follow_levels')
on conflict (kind) do nothing;
