insert into util.settings (schema, key, value, unit, min_value, max_value, description, managed_by)
values
(
    'learn', 'attempt.grace_sec', 5, 'seconds', 0, 86400,
    'Seconds after its deadline in which an attempt is still taken.', 'learn.manage'
),
(
    'learn', 'lesson.min_watched_percent', 0, 'percent', 0, 100,
    'Percent of a video to watch before its lesson is completed.', 'learn.manage'
),
(
    'learn', 'live.join_early_sec', 900, 'seconds', 0, 604800,
    'Seconds before a meeting from which learners may join.', 'learn.manage'
),
(
    'learn', 'live.min_attended_sec', 600, 'seconds', 0, 86400,
    'Seconds of a meeting that earn XP.', 'learn.manage'
),
(
    'learn', 'proctoring.max_events', 1000, 'count', 0, 1000000,
    'Reports that are kept of one proctored attempt.', 'learn.manage'
),
(
    'learn', 'progress.max_speed', 3, 'ratio', 0, 100,
    'Seconds of a lesson that count as watched in a second, at most.', 'learn.manage'
)
on conflict (schema, key) do nothing;
