insert into rbac.permissions (name, description)
values
('ai.use_assistant', 'Talk to the assistant.'),
('api_key.create', 'Make keys with which programs act for oneself.'),
('api_key.read_any', 'See everyone''s keys, never their secrets.'),
('api_key.revoke_any', 'Switch off anyone''s key.'),
('category.manage', 'Keep categories, tags and what the catalogue features.'),
('comment.moderate', 'Edit, hide and delete what others wrote.'),
('consent.read_any', 'See what everyone consented to.'),
('contact.read_any', 'See everyone''s name, address and phone.'),
('course.create', 'Create courses.'),
('course.edit', 'Change courses and lessons that one does not teach.'),
('course.read_any', 'See drafts, and what every lesson teaches.'),
('feature_flag.manage', 'Switch features on and off.'),
('gamification.manage', 'Change levels, sources of XP, achievements, quests and seasons.'),
('lesson.publish', 'Publish lessons and courses.'),
('profile.read_any', 'See everyone''s profile, settings and interests.'),
('progress.read_any', 'See everyone''s progress.'),
('role.grant', 'Give and take roles, up to one''s own permissions.'),
('role.read_any', 'See who holds which role, and the log of grants.'),
('xp.read_any', 'See everyone''s XP, achievements, quests and streaks.'),
('xp.reverse', 'Take credited XP back.')
on conflict (name) do nothing;
