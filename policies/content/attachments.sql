revoke all on content.attachments from public, anon, authenticated, staff, service_role;
grant select on content.attachments to staff;
grant select, insert, update, delete on content.attachments to service_role;

create policy attachments_select_staff on content.attachments
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy attachments_select_staff on content.attachments is
'Those who teach the course see it; staff with course.read_any or course.edit see every course.';
