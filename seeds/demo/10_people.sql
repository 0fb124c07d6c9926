-- The personas of the demo world. On Supabase they have no password: invite them, or sign up anew.
insert into auth.users (id, email, is_anonymous, raw_user_meta_data)
values
(
    '00000000-0000-4000-8000-000000000001', 'learner.one@example.com', false,
    '{"display_name": "Learner One", "locale": "fr"}'
),
(
    '00000000-0000-4000-8000-000000000002', 'learner.two@example.com', false,
    '{"display_name": "Learner Two", "locale": "ar-DZ"}'
),
(
    '00000000-0000-4000-8000-000000000003', 'instructor@example.com', false,
    '{"display_name": "Instructor", "locale": "en"}'
),
(
    '00000000-0000-4000-8000-000000000004', 'moderator@example.com', false,
    '{"display_name": "Moderator", "locale": "en"}'
),
(
    '00000000-0000-4000-8000-000000000005', 'admin@example.com', false,
    '{"display_name": "Admin", "locale": "en"}'
),
('00000000-0000-4000-8000-000000000006', null, true, null)
on conflict (id) do nothing;

select rbac.grant_role(person.id, person.role_name, 'demo world')
from (
    values
    ('00000000-0000-4000-8000-000000000003'::uuid, 'instructor'),
    ('00000000-0000-4000-8000-000000000004'::uuid, 'moderator'),
    ('00000000-0000-4000-8000-000000000005'::uuid, 'admin')
) as person (id, role_name);
