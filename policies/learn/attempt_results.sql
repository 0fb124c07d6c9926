-- Written by functions alone.
revoke all on learn.attempt_results from public, anon, authenticated, staff, service_role;
grant select (
    attempt_id, user_id, course_id, assessment_id, version, score, max_score, is_passed,
    feedback, graded_by, graded_at, shown_at, updated_at
) on learn.attempt_results to authenticated;
grant select on learn.attempt_results to staff;
grant select, insert, update, delete on learn.attempt_results to service_role;

create policy attempt_results_select_own on learn.attempt_results
for select to authenticated
using (user_id = (select auth.uid()) and shown_at <= now());

comment on policy attempt_results_select_own on learn.attempt_results is
'Learners see their own once they are shown.';

create policy attempt_results_select_staff on learn.attempt_results
for select to staff
using (
    (user_id = (select auth.uid()) and shown_at <= now())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy attempt_results_select_staff on learn.attempt_results is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
