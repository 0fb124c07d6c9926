revoke all on content.course_stats from public, anon, authenticated, staff, service_role;
grant select on content.course_stats to anon, authenticated, staff;
grant select, insert, update, delete on content.course_stats to service_role;

create policy course_stats_select_public on content.course_stats
for select to anon
using (course_is_visible);

comment on policy course_stats_select_public on content.course_stats is
'Anyone sees how many learn a course that was published.';

create policy course_stats_select_any on content.course_stats
for select to authenticated
using (course_is_visible);

comment on policy course_stats_select_any on content.course_stats is
'Anyone sees how many learn a course that was published.';

create policy course_stats_select_staff on content.course_stats
for select to staff
using (
    course_is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_stats_select_staff on content.course_stats is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';
