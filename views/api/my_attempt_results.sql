create or replace view api.my_attempt_results with (security_invoker = true) as
select
    r.attempt_id,
    r.user_id,
    r.course_id,
    r.assessment_id,
    r.score,
    r.max_score,
    r.is_passed,
    r.feedback,
    r.graded_at,
    r.shown_at,
    r.updated_at
from learn.attempt_results as r
where r.user_id = (select auth.uid());

comment on view api.my_attempt_results is
'Results of the caller''s attempts, once they are shown; review_attempt returns more.';

revoke all on api.my_attempt_results from public, anon, authenticated, staff, service_role;
grant select on api.my_attempt_results to authenticated, staff;
