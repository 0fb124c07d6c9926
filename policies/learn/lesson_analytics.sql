-- Written by functions alone.
revoke all on learn.lesson_analytics from public, anon, authenticated, staff, service_role;
grant select on learn.lesson_analytics to authenticated, staff;
grant select, insert, update, delete on learn.lesson_analytics to service_role;

create policy lesson_analytics_select_own on learn.lesson_analytics
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy lesson_analytics_select_own on learn.lesson_analytics is
'Learners see their own.';

create policy lesson_analytics_select_staff on learn.lesson_analytics
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy lesson_analytics_select_staff on learn.lesson_analytics is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
