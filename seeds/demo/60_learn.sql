-- Learners at several points: one in the middle, one who completed a course that is now archived.
insert into learn.cohorts (
    id, course_id, title, seats, starts_at, ends_at, enroll_until, is_published
)
values
(
    '00000000-0000-4000-8000-0000000a6001', '00000000-0000-4000-8000-0000000c0002',
    'Spring group', 20, '2027-03-01 09:00+00', '2027-05-31 17:00+00', '2027-03-08 00:00+00', true
)
on conflict (id) do nothing;

insert into learn.assessments (
    id, course_id, lesson_id, title, assessment_type, time_limit_sec, shuffle_items, is_proctored,
    results_shown, is_required
)
values
(
    '00000000-0000-4000-8000-0000000a0001', '00000000-0000-4000-8000-0000000c0001',
    '00000000-0000-4000-8000-000000e00002', 'Variables : le quiz', 'quiz', 900, true, false,
    'at_once', true
),
(
    '00000000-0000-4000-8000-0000000a0002', '00000000-0000-4000-8000-0000000c0002', null,
    'Final exam', 'final_exam', 3600, true, true, 'at_once', true
)
on conflict (id) do nothing;

insert into learn.assessment_items (
    id, assessment_id, item_order, item_type, prompt, options, points, penalty, has_partial_credit
)
values
(
    '00000000-0000-4000-8000-0000000a1001', '00000000-0000-4000-8000-0000000a0001', 1,
    'single_choice', 'Quel est le type de 3.0 ?',
    '[{"id": "a", "text": "int"}, {"id": "b", "text": "float"}, {"id": "c", "text": "str"}]',
    1, 0.25, false
),
(
    '00000000-0000-4000-8000-0000000a1002', '00000000-0000-4000-8000-0000000a0001', 2,
    'multiple_select', 'Quels noms de variables sont valides ?',
    '[{"id": "a", "text": "total"}, {"id": "b", "text": "2x"}, {"id": "c", "text": "_n"}]',
    2, 0, true
),
(
    '00000000-0000-4000-8000-0000000a1003', '00000000-0000-4000-8000-0000000a0001', 3,
    'true_false', 'Une chaîne peut être modifiée sur place.', '[]', 1, 0.5, false
),
(
    '00000000-0000-4000-8000-0000000a1004', '00000000-0000-4000-8000-0000000a0001', 4,
    'short_answer', 'Quelle fonction donne la longueur d''une liste ?', '[]', 1, 0, false
),
(
    '00000000-0000-4000-8000-0000000a1005', '00000000-0000-4000-8000-0000000a0001', 5,
    'fill_blank', 'for ___ in ___(3): affiche 0, 1, 2.', '[]', 2, 0, true
),
(
    '00000000-0000-4000-8000-0000000a1006', '00000000-0000-4000-8000-0000000a0001', 6,
    'code', 'Affichez la variable nom.', '[]', 1, 0, false
),
(
    '00000000-0000-4000-8000-0000000a1007', '00000000-0000-4000-8000-0000000a0002', 1,
    'single_choice', 'Which constraint stops two equal emails?',
    '[{"id": "a", "text": "check"}, {"id": "b", "text": "unique"}]', 1, 0, false
),
(
    '00000000-0000-4000-8000-0000000a1008', '00000000-0000-4000-8000-0000000a0002', 2,
    'long_answer', 'When does a transaction see what another one wrote?', '[]', 4, 0, false
)
on conflict (id) do nothing;

select learn.set_answer_key(answer.item_id, answer.correct, answer.guidance)
from (
    values
    ('00000000-0000-4000-8000-0000000a1001'::uuid, '"b"'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1002'::uuid, '["a", "c"]'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1003'::uuid, 'false'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1004'::uuid, '["len", "len()"]'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1005'::uuid, '[["i", "n", "x"], ["range"]]'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1006'::uuid, '["print(nom)"]'::jsonb, null),
    ('00000000-0000-4000-8000-0000000a1007'::uuid, '"b"'::jsonb, null),
    (
        '00000000-0000-4000-8000-0000000a1008'::uuid, null,
        'Commit, and the snapshot of a statement or a transaction.'
    )
) as answer (item_id, correct, guidance)
left join learn.answer_keys as k on answer.item_id = k.item_id
where k.item_id is null;

select learn.publish_assessment(a.id)
from learn.assessments as a
where a.id::text like '00000000-0000-4000-8000-0000000a000%' and a.version_id is null
order by a.id;

insert into learn.assignments (
    id, course_id, lesson_id, title, instructions, due_after_days, late_penalty_percent,
    late_floor_percent
)
values
(
    '00000000-0000-4000-8000-0000000a2001', '00000000-0000-4000-8000-0000000c0001',
    '00000000-0000-4000-8000-000000e00004', 'Votre programme',
    'Un petit programme qui vous est utile, et trois phrases qui disent pourquoi.', 30, 10, 50
)
on conflict (id) do nothing;

select learn.publish_assignment(a.id)
from learn.assignments as a
where a.id = '00000000-0000-4000-8000-0000000a2001' and a.published_at is null;

insert into learn.enrollments (
    user_id, course_id, version_id, status, source, enrolled_at, completed_at
)
select
    taken.user_id,
    c.id as course_id,
    c.version_id,
    taken.status,
    taken.source,
    now() - taken.days_ago * interval '1 day' as enrolled_at,
    case taken.status when 'completed' then now() end as completed_at
from (
    values
    ('00000000-0000-4000-8000-000000000001'::uuid, 'python-pour-debutants', 'active', 'free', 9),
    ('00000000-0000-4000-8000-000000000001'::uuid, 'sql-that-holds', 'active', 'test', 3),
    ('00000000-0000-4000-8000-000000000002'::uuid, 'python-2', 'completed', 'free', 90)
) as taken (user_id, course_slug, status, source, days_ago)
inner join content.courses as c on taken.course_slug = c.slug
on conflict (user_id, course_id) do nothing;

insert into learn.user_progress (
    user_id, lesson_id, course_id, status, completed_at, watch_time_sec, last_position_sec
)
select
    done.user_id,
    l.id as lesson_id,
    l.course_id,
    done.status,
    case done.status when 'completed' then now() end as completed_at,
    done.watch_time_sec,
    done.last_position_sec
from (
    values
    (
        '00000000-0000-4000-8000-000000000001'::uuid,
        '00000000-0000-4000-8000-000000e00001'::uuid, 'completed', 420, 420
    ),
    (
        '00000000-0000-4000-8000-000000000001'::uuid,
        '00000000-0000-4000-8000-000000e00003'::uuid, 'in_progress', 300, 290
    ),
    (
        '00000000-0000-4000-8000-000000000002'::uuid,
        '00000000-0000-4000-8000-000000e0000b'::uuid, 'completed', 300, 300
    )
) as done (user_id, lesson_id, status, watch_time_sec, last_position_sec)
inner join content.lessons as l on done.lesson_id = l.id
on conflict (user_id, lesson_id) do nothing;

select learn.issue_certificate(e.user_id, e.course_id)
from learn.enrollments as e
where
    e.user_id = '00000000-0000-4000-8000-000000000002'
    and e.status = 'completed'
    and not exists (
        select from learn.certificates as c
        where c.user_id = e.user_id and c.course_id = e.course_id
    );

insert into learn.live_sessions (
    id, course_id, host_id, title, scheduled_at, duration_sec
)
values
(
    '00000000-0000-4000-8000-0000000a5001', '00000000-0000-4000-8000-0000000c0001',
    '00000000-0000-4000-8000-000000000003', 'Questions et réponses', '2027-01-15 18:00+00', 3600
)
on conflict (id) do nothing;

insert into learn.live_session_links (session_id, join_url)
values ('00000000-0000-4000-8000-0000000a5001', 'https://meet.example.com/questions')
on conflict (session_id) do nothing;

select content.rebuild_course_stats(c.id)
from content.courses as c
where c.slug in ('python-pour-debutants', 'sql-that-holds', 'python-2')
order by c.id;
