insert into gamification.xp_sources (
    source_type, action_type, slot, version, xp_value, cooldown_sec, daily_cap, valid_from
)
values
('lesson', 'completed', 1, 1, 10, 0, 200, '-infinity'),
('course', 'completed', 2, 1, 100, 0, null, '-infinity'),
('quiz', 'passed', 3, 1, 25, 0, 250, '-infinity'),
('assignment', 'graded', 4, 1, 30, 0, null, '-infinity'),
('live_session', 'attended', 5, 1, 20, 0, 100, '-infinity'),
('comment', 'posted', 6, 1, 2, 60, 20, '-infinity'),
('rating', 'posted', 7, 1, 5, 60, 25, '-infinity'),
('activity', 'day', 8, 1, 5, 0, 5, '-infinity')
on conflict (source_type, action_type, version) do nothing;
