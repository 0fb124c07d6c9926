insert into gamification.quests (id, key, title, description, recurrence, is_ordered, xp_reward)
values
(
    '00000000-0000-4000-8000-000000000301', 'daily_practice', 'Daily practice',
    'Complete two lessons today.', 'daily', false, 15
),
(
    '00000000-0000-4000-8000-000000000302', 'first_week', 'First week',
    'Finish a lesson, then pass a quiz, then talk about it.', 'once', true, 60
)
on conflict (key) do nothing;

insert into gamification.quest_steps (id, quest_id, step_order, title, target)
values
(
    '00000000-0000-4000-8000-000000000311', '00000000-0000-4000-8000-000000000301', 1,
    'Complete lessons', 2
),
(
    '00000000-0000-4000-8000-000000000312', '00000000-0000-4000-8000-000000000302', 1,
    'Complete a lesson', 1
),
(
    '00000000-0000-4000-8000-000000000313', '00000000-0000-4000-8000-000000000302', 2,
    'Pass a quiz', 1
),
(
    '00000000-0000-4000-8000-000000000314', '00000000-0000-4000-8000-000000000302', 3,
    'Post a comment', 1
)
on conflict (id) do nothing;

-- Through the ledger, so that the demo world adds up; the keys make it happen once.
select credited.event_id
from (
    values
    ('00000000-0000-4000-8000-000000000001'::uuid, 'lesson', 'completed', 1),
    ('00000000-0000-4000-8000-000000000001'::uuid, 'lesson', 'completed', 2),
    ('00000000-0000-4000-8000-000000000001'::uuid, 'quiz', 'passed', 3),
    ('00000000-0000-4000-8000-000000000001'::uuid, 'course', 'completed', 4),
    ('00000000-0000-4000-8000-000000000002'::uuid, 'lesson', 'completed', 5),
    ('00000000-0000-4000-8000-000000000002'::uuid, 'comment', 'posted', 6),
    ('00000000-0000-4000-8000-000000000003'::uuid, 'live_session', 'attended', 7)
) as credit (user_id, source_type, action_type, position)
cross join lateral gamification.credit_xp(
    credit.user_id, credit.source_type, credit.action_type, 'demo:' || credit.position
) as credited;

select gamification.record_activity_day(person.id)
from (
    values
    ('00000000-0000-4000-8000-000000000001'::uuid),
    ('00000000-0000-4000-8000-000000000002'::uuid)
) as person (id);

select gamification.advance_quest(
    '00000000-0000-4000-8000-000000000001', 'first_week', 1, 1, 'demo:quest'
);

select gamification.evaluate_achievements('00000000-0000-4000-8000-000000000001');

insert into gamification.friend_links (user_id, friend_id, status, accepted_at)
values
(
    '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000003',
    'accepted', now()
),
(
    '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001',
    'accepted', now()
),
(
    '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001',
    'requested', null
),
(
    '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002',
    'received', null
)
on conflict (user_id, friend_id) do nothing;

select gamification.fold_season_scores();
