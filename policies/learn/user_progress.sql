-- Written by functions alone.
revoke all on learn.user_progress from public, anon, authenticated, staff, service_role;
grant select on learn.user_progress to authenticated, staff;
grant select, insert, update, delete on learn.user_progress to service_role;

create policy user_progress_select_own on learn.user_progress
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_progress_select_own on learn.user_progress is
'Learners see their own.';

create policy user_progress_select_staff on learn.user_progress
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy user_progress_select_staff on learn.user_progress is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
