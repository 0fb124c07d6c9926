revoke all on content.lessons from public, anon, authenticated, staff, service_role;
grant select on content.lessons to anon, authenticated, staff;
grant insert (
    module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview,
    is_downloadable
) on content.lessons to staff;
grant update (
    module_id, lesson_order, title, summary, lesson_type, duration_sec, is_preview,
    is_downloadable
) on content.lessons to staff;
grant delete on content.lessons to staff;
grant select, insert, update, delete on content.lessons to service_role;

create policy lessons_select_public on content.lessons
for select to anon
using (is_visible);

comment on policy lessons_select_public on content.lessons is
'Everyone may see that a published lesson exists.';

create policy lessons_select_any on content.lessons
for select to authenticated
using (is_visible);

comment on policy lessons_select_any on content.lessons is
'Everyone may see that a published lesson exists.';

create policy lessons_select_staff on content.lessons
for select to staff
using (
    is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lessons_select_staff on content.lessons is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy lessons_insert_staff on content.lessons
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lessons_insert_staff on content.lessons is
'Those who teach a course add lessons; staff with course.edit add them to every course.';

create policy lessons_update_staff on content.lessons
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lessons_update_staff on content.lessons is
'Those who teach a course change lessons; staff with course.edit change those of every course.';

create policy lessons_delete_staff on content.lessons
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy lessons_delete_staff on content.lessons is
'Those who teach a course remove lessons; staff with course.edit remove those of every course; '
'publications stay.';
