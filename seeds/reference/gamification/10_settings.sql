insert into util.settings (schema, key, value, unit, min_value, max_value, description, managed_by)
values
(
    'gamification', 'friends.max', 500, 'count', 0, 100000,
    'Friends a person can have.', 'gamification.manage'
),
(
    'gamification', 'friends.max_requests', 50, 'count', 0, 10000,
    'Requests of a person that wait for an answer at one time.', 'gamification.manage'
),
(
    'gamification', 'seasons.grace_minutes', 60, 'minutes', 0, 10080,
    'Minutes after its end before a season can be closed.', 'gamification.manage'
),
(
    'gamification', 'streaks.freeze_every_days', 7, 'days', 0, 36500,
    'Active days in a row that earn a freeze; 0: none are earned.', 'gamification.manage'
),
(
    'gamification', 'streaks.late_days', 7, 'days', 0, 36500,
    'Days after which activity can no longer be recorded.', 'gamification.manage'
),
(
    'gamification', 'streaks.max_freezes', 2, 'count', 0, 36500,
    'Freezes a person can hold.', 'gamification.manage'
)
on conflict (schema, key) do nothing;
