insert into gamification.achievement_definitions (
    key, title, description, rarity, xp_reward, conditions
)
values
(
    'first_lesson', 'First step', 'Complete a lesson.', 'common', 10,
    '{"metric": "credits", "source": "lesson.completed", "at_least": 1}'
),
(
    'ten_lessons', 'On the way', 'Complete ten lessons.', 'common', 25,
    '{"metric": "credits", "source": "lesson.completed", "at_least": 10}'
),
(
    'hundred_lessons', 'Marathon', 'Complete a hundred lessons.', 'rare', 150,
    '{"metric": "credits", "source": "lesson.completed", "at_least": 100}'
),
(
    'first_course', 'Graduate', 'Complete a course.', 'uncommon', 50,
    '{"metric": "credits", "source": "course.completed", "at_least": 1}'
),
(
    'five_courses', 'Polymath', 'Complete five courses.', 'epic', 250,
    '{"metric": "credits", "source": "course.completed", "at_least": 5}'
),
(
    'week_streak', 'Whole week', 'Be active seven days in a row.', 'uncommon', 50,
    '{"metric": "longest_streak_days", "at_least": 7}'
),
(
    'month_streak', 'Steady', 'Be active thirty days in a row.', 'epic', 200,
    '{"metric": "longest_streak_days", "at_least": 30}'
),
(
    'level_ten', 'Double figures', 'Reach level 10.', 'rare', 100,
    '{"metric": "level", "at_least": 10}'
),
(
    'all_rounder', 'All-rounder', 'Complete a course, pass five quizzes, have a friend.',
    'rare', 100,
    '{"all": [
        {"metric": "credits", "source": "course.completed", "at_least": 1},
        {"metric": "credits", "source": "quiz.passed", "at_least": 5},
        {"metric": "friends", "at_least": 1}
    ]}'
),
('beta_tester', 'Pioneer', 'Join before everyone else.', 'legendary', 0, null)
on conflict (key) do nothing;
