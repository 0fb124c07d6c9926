-- Written by functions alone.
revoke all on learn.submissions from public, anon, authenticated, staff, service_role;
grant select on learn.submissions to authenticated, staff;
grant select, insert, update, delete on learn.submissions to service_role;

create policy submissions_select_own on learn.submissions
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy submissions_select_own on learn.submissions is
'Learners see their own.';

create policy submissions_select_staff on learn.submissions
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy submissions_select_staff on learn.submissions is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
