insert into util.cron_schedules (name, cron, kind)
values ('gamification.fold_seasons', '* * * * *', 'gamification.fold_seasons')
on conflict (name) do nothing;
