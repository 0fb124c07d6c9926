insert into learn.settings (key, value, description)
values
('attempt.grace_sec', 5, 'Seconds after its deadline in which an attempt is still taken.'),
('lesson.min_watched_percent', 0, 'Percent of a video to watch before its lesson is completed.'),
('live.join_early_sec', 900, 'Seconds before a meeting from which learners may join.'),
('live.min_attended_sec', 600, 'Seconds of a meeting that earn XP.'),
('proctoring.max_events', 1000, 'Reports that are kept of one proctored attempt.'),
('progress.max_speed', 3, 'Seconds of a lesson that count as watched in a second, at most.')
on conflict (key) do nothing;
