insert into rbac.roles (name, title, description, is_staff, is_indispensable, assigned_to_new)
values
('admin', 'Administrator', 'May do everything, and grant and revoke roles.', true, true, null),
('moderator', 'Moderator', 'Keeps the community in order.', true, false, null),
('instructor', 'Instructor', 'Makes courses and teaches them.', true, false, null),
('premium_member', 'Premium member', 'Has the premium tier.', false, false, null),
('member', 'Member', 'Anyone with a login.', false, false, 'login'),
('visitor', 'Visitor', 'An anonymous sign-in.', false, false, 'anonymous_login')
on conflict (name) do nothing;
