revoke all on content.prerequisites from public, anon, authenticated, staff, service_role;
grant select on content.prerequisites to anon, authenticated, staff;
grant insert (
    course_id, lesson_id, required_course_id, required_lesson_id
) on content.prerequisites to staff;
grant delete on content.prerequisites to staff;
grant select, insert, update, delete on content.prerequisites to service_role;

create policy prerequisites_select_public on content.prerequisites
for select to anon
using (course_is_visible);

comment on policy prerequisites_select_public on content.prerequisites is
'Everyone may see the requirements of a course that was published.';

create policy prerequisites_select_any on content.prerequisites
for select to authenticated
using (course_is_visible);

comment on policy prerequisites_select_any on content.prerequisites is
'Everyone may see the requirements of a course that was published.';

create policy prerequisites_select_staff on content.prerequisites
for select to staff
using (
    course_is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy prerequisites_select_staff on content.prerequisites is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy prerequisites_insert_staff on content.prerequisites
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy prerequisites_insert_staff on content.prerequisites is
'Those who teach a course add prerequisites; staff with course.edit add them to every course.';

create policy prerequisites_delete_staff on content.prerequisites
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy prerequisites_delete_staff on content.prerequisites is
'Those who teach a course remove prerequisites; staff with course.edit remove those of every '
'course.';
