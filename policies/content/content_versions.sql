revoke all on content.content_versions from public, anon, authenticated, staff, service_role;
grant select on content.content_versions to staff;
grant select, insert, update, delete on content.content_versions to service_role;

create policy content_versions_select_staff on content.content_versions
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy content_versions_select_staff on content.content_versions is
'Those who teach the course see it, staff with course.read_any or course.edit every course.';
