revoke all on content.content_version_lessons from public, anon, authenticated, staff, service_role;
grant select on content.content_version_lessons to authenticated, staff;
grant select, insert, update, delete on content.content_version_lessons to service_role;

create policy content_version_lessons_select_own on content.content_version_lessons
for select to authenticated
using (version_id = any(array(select learn.my_version_ids())));

comment on policy content_version_lessons_select_own on content.content_version_lessons is
'Learners see the outline of the publication they enrolled with.';

create policy content_version_lessons_select_staff on content.content_version_lessons
for select to staff
using (
    version_id = any(array(select learn.my_version_ids()))
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy content_version_lessons_select_staff on content.content_version_lessons is
'Learners see the publication they enrolled with; those who teach the course see all of it; staff '
'with course.read_any or course.edit see every course.';
