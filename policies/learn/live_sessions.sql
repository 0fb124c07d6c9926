revoke all on learn.live_sessions from public, anon, authenticated, staff, service_role;
grant select on learn.live_sessions to authenticated, staff;
grant insert (
    course_id, lesson_id, cohort_id, title, description, scheduled_at, duration_sec,
    max_participants
) on learn.live_sessions to staff;
grant update (
    lesson_id, cohort_id, title, description, scheduled_at, duration_sec, max_participants
) on learn.live_sessions to staff;
grant select, insert, update, delete on learn.live_sessions to service_role;

create policy live_sessions_select_enrolled on learn.live_sessions
for select to authenticated
using (course_id = any(array(select learn.my_studied_course_ids())));

comment on policy live_sessions_select_enrolled on learn.live_sessions is
'Learners see the meetings of courses they take.';

create policy live_sessions_select_staff on learn.live_sessions
for select to staff
using (
    course_id = any(array(select learn.my_studied_course_ids()))
    or course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_sessions_select_staff on learn.live_sessions is
'Learners see the meetings of courses they take; those who teach a course or hold gradebook.read '
'in it see all of its meetings; staff with course.read_any or course.edit see those of every '
'course.';

create policy live_sessions_insert_staff on learn.live_sessions
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_sessions_insert_staff on learn.live_sessions is
'Those who teach a course add meetings; staff with course.edit add them to every course.';

create policy live_sessions_update_staff on learn.live_sessions
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_sessions_update_staff on learn.live_sessions is
'Those who teach a course change meetings; staff with course.edit change those of every course.';
