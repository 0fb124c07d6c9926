create or replace view api.people_attempt_results with (security_invoker = true) as
select
    r.attempt_id,
    r.user_id,
    r.course_id,
    r.assessment_id,
    r.version,
    r.score,
    r.max_score,
    r.is_passed,
    r.feedback,
    r.graded_by,
    r.graded_at,
    r.shown_at,
    r.updated_at,
    -- Of their own work they see only what the assessment shows to learners: review_attempt().
    case
        when coalesce(r.user_id <> (select auth.uid()), true) then r.item_points
    end as item_points,
    case
        when coalesce(r.user_id <> (select auth.uid()), true) then r.item_feedback
    end as item_feedback
from learn.attempt_results as r;

comment on view api.people_attempt_results is
'Results of attempts, for those who teach the course and staff with progress.read_any.';
comment on column api.people_attempt_results.item_points is
'{item id: points}, null if a person has yet to grade, below 0 if a penalty was taken off. Null '
'for the caller''s own attempts.';

revoke all on api.people_attempt_results from public, anon, authenticated, staff, service_role;
grant select on api.people_attempt_results to staff, service_role;
