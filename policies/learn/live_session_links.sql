revoke all on learn.live_session_links from public, anon, authenticated, staff, service_role;
grant select on learn.live_session_links to staff;
grant insert (session_id, join_url, recording_url) on learn.live_session_links to staff;
grant update (join_url, recording_url) on learn.live_session_links to staff;
grant select, insert, update, delete on learn.live_session_links to service_role;

create policy live_session_links_select_staff on learn.live_session_links
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_session_links_select_staff on learn.live_session_links is
'Those who teach a course or hold gradebook.read in it see the addresses of its meetings; staff '
'with course.read_any or course.edit see those of every course.';

create policy live_session_links_insert_staff on learn.live_session_links
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_session_links_insert_staff on learn.live_session_links is
'Those who teach a course add addresses of meetings; staff with course.edit add them to every '
'course.';

create policy live_session_links_update_staff on learn.live_session_links
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy live_session_links_update_staff on learn.live_session_links is
'Those who teach a course change addresses of meetings; staff with course.edit change those of '
'every course.';
