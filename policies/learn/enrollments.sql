-- Written by functions alone.
revoke all on learn.enrollments from public, anon, authenticated, staff, service_role;
grant select on learn.enrollments to authenticated, staff;
grant select, insert, update, delete on learn.enrollments to service_role;

create policy enrollments_select_own on learn.enrollments
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy enrollments_select_own on learn.enrollments is
'Learners see their own.';

create policy enrollments_select_staff on learn.enrollments
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy enrollments_select_staff on learn.enrollments is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
