revoke all on content.lesson_bodies from public, anon, authenticated, staff, service_role;
grant select on content.lesson_bodies to staff;
grant insert (
    lesson_id, content, resources, transcript, video_provider, video_id
) on content.lesson_bodies to staff;
grant update (
    content, resources, transcript, video_provider, video_id
) on content.lesson_bodies to staff;
grant select, insert, update, delete on content.lesson_bodies to service_role;

create policy lesson_bodies_select_staff on content.lesson_bodies
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lesson_bodies_select_staff on content.lesson_bodies is
'Those who teach the course see it; staff with course.read_any or course.edit see every course.';

create policy lesson_bodies_insert_staff on content.lesson_bodies
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lesson_bodies_insert_staff on content.lesson_bodies is
'Those who teach a course add bodies of lessons; staff with course.edit add them to every course.';

create policy lesson_bodies_update_staff on content.lesson_bodies
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lesson_bodies_update_staff on content.lesson_bodies is
'Those who teach a course change bodies of lessons; staff with course.edit change those of every '
'course.';
