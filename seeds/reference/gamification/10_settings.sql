insert into gamification.settings (key, value, description)
values
('friends.max', 500, 'Friends a person can have.'),
('friends.max_requests', 50, 'Requests of a person that wait for an answer at one time.'),
('seasons.grace_minutes', 60, 'Minutes after its end before a season can be closed.'),
('streaks.freeze_every_days', 7, 'Active days in a row that earn a freeze; 0: none are earned.'),
('streaks.late_days', 7, 'Days after which activity can no longer be recorded.'),
('streaks.max_freezes', 2, 'Freezes a person can hold.')
on conflict (key) do nothing;
