insert into gamification.seasons (key, title, starts_at)
values ('all-time', 'All time', '-infinity')
on conflict (key) do nothing;
