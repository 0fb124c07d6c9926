revoke all on content.modules from public, anon, authenticated, staff, service_role;
grant select on content.modules to anon, authenticated, staff;
grant insert (course_id, module_order, title, description) on content.modules to staff;
grant update (title, description) on content.modules to staff;
grant delete on content.modules to staff;
grant select, insert, update, delete on content.modules to service_role;

create policy modules_select_public on content.modules
for select to anon
using (is_visible);

comment on policy modules_select_public on content.modules is
'Everyone may see published modules.';

create policy modules_select_any on content.modules
for select to authenticated
using (is_visible);

comment on policy modules_select_any on content.modules is
'Everyone may see published modules.';

create policy modules_select_staff on content.modules
for select to staff
using (
    is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy modules_select_staff on content.modules is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy modules_insert_staff on content.modules
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy modules_insert_staff on content.modules is
'Those who teach a course add modules; staff with course.edit add them to every course.';

create policy modules_update_staff on content.modules
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy modules_update_staff on content.modules is
'Those who teach a course change modules; staff with course.edit change those of every course.';

create policy modules_delete_staff on content.modules
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy modules_delete_staff on content.modules is
'Those who teach a course remove modules; staff with course.edit remove those of every course; '
'publications stay.';
