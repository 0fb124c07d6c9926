-- Written by functions alone.
revoke all on learn.proctoring_sessions from public, anon, authenticated, staff, service_role;
grant select on learn.proctoring_sessions to staff;
grant select, insert, update, delete on learn.proctoring_sessions to service_role;

create policy proctoring_sessions_select_staff on learn.proctoring_sessions
for select to staff
using (
    course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy proctoring_sessions_select_staff on learn.proctoring_sessions is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
