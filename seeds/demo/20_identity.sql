-- Written only while the profile has the name it was made with, so that an edit is kept.
update public.profiles as p
set
    username = persona.username,
    bio = persona.bio,
    time_zone = persona.time_zone,
    country = persona.country,
    is_public = persona.is_public
from (
    values
    (
        '00000000-0000-4000-8000-000000000001'::uuid, 'learner_one',
        'Learns Python in the evenings.', 'Africa/Algiers', 'DZ', true
    ),
    (
        '00000000-0000-4000-8000-000000000002'::uuid, 'learner_two',
        null, 'Africa/Algiers', 'DZ', false
    ),
    (
        '00000000-0000-4000-8000-000000000003'::uuid, 'instructor',
        'Teaches statistics and machine learning.', 'Europe/Paris', 'FR', true
    ),
    (
        '00000000-0000-4000-8000-000000000004'::uuid, 'moderator', null, 'Europe/Paris', 'FR', true
    ),
    ('00000000-0000-4000-8000-000000000005'::uuid, 'admin', null, 'UTC', null, false)
) as persona (id, username, bio, time_zone, country, is_public)
where p.id = persona.id and p.username like 'user\_%';

insert into public.profile_links (id, user_id, kind, url, label, link_order)
values
(
    '00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-000000000001',
    'website', 'https://example.com/learner-one', 'Notes', 1
),
(
    '00000000-0000-4000-8000-000000000102', '00000000-0000-4000-8000-000000000002',
    'website', 'https://example.com/learner-two', null, 1
),
(
    '00000000-0000-4000-8000-000000000103', '00000000-0000-4000-8000-000000000003',
    'github', 'https://example.com/instructor', 'Code', 1
)
on conflict (id) do nothing;

insert into public.user_interests (user_id, interest)
values
('00000000-0000-4000-8000-000000000001', 'Python'),
('00000000-0000-4000-8000-000000000001', 'Data'),
('00000000-0000-4000-8000-000000000002', 'Design')
on conflict (user_id, interest_key) do nothing;

insert into public.user_consents (user_id, document_key, document_version, is_granted, source)
select
    persona.id,
    'terms',
    '2026-01',
    true,
    'signup'
from (
    values
    ('00000000-0000-4000-8000-000000000001'::uuid),
    ('00000000-0000-4000-8000-000000000002'::uuid)
) as persona (id)
where persona.id not in (select c.user_id from public.user_consents as c);
