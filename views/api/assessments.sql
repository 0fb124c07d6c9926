create or replace view api.assessments with (security_invoker = true) as
select
    a.id,
    a.course_id,
    a.lesson_id,
    a.scope,
    a.title,
    a.description,
    a.assessment_type,
    a.time_limit_sec,
    a.passing_percent,
    a.max_attempts,
    a.shuffle_items,
    a.shuffle_options,
    a.results_shown,
    a.review_shows,
    a.opens_at,
    a.closes_at,
    a.is_proctored,
    a.is_required,
    a.is_published,
    a.published_at,
    a.version_id,
    a.created_at,
    a.updated_at
from learn.assessments as a;

comment on view api.assessments is
'Quizzes, exams and practice of courses that the caller takes or teaches.';

revoke all on api.assessments from public, anon, authenticated, staff, service_role;
grant select on api.assessments to authenticated, staff, service_role;
grant insert (
    course_id, lesson_id, title, description, assessment_type, time_limit_sec,
    passing_percent, max_attempts, shuffle_items, shuffle_options, results_shown,
    review_shows, opens_at, closes_at, is_proctored, is_required
) on api.assessments to staff, service_role;
grant update (
    title, description, assessment_type, time_limit_sec, passing_percent, max_attempts,
    shuffle_items, shuffle_options, results_shown, review_shows, opens_at, closes_at,
    is_proctored, is_required
) on api.assessments to staff, service_role;
grant delete on api.assessments to staff, service_role;
