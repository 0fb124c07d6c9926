-- Written by functions alone.
revoke all on learn.assessment_versions from public, anon, authenticated, staff, service_role;
grant select on learn.assessment_versions to staff;
grant select, insert, update, delete on learn.assessment_versions to service_role;

create policy assessment_versions_select_staff on learn.assessment_versions
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessment_versions_select_staff on learn.assessment_versions is
'Those who teach a course or hold gradebook.read in it see its published assessments; staff with '
'course.read_any or course.edit see those of every course.';
