revoke all on content.content_versions from public, anon, authenticated, staff, service_role;
grant select on content.content_versions to authenticated, staff;
grant select, insert, update, delete on content.content_versions to service_role;

create policy content_versions_select_own on content.content_versions
for select to authenticated
using (id = any(array(select learn.my_version_ids())));

comment on policy content_versions_select_own on content.content_versions is
'Learners see the publication they enrolled with.';

create policy content_versions_select_staff on content.content_versions
for select to staff
using (
    id = any(array(select learn.my_version_ids()))
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy content_versions_select_staff on content.content_versions is
'Learners see the publication they enrolled with; those who teach the course see all of it; staff '
'with course.read_any or course.edit see every course.';
