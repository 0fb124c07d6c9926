revoke all on content.course_instructors from public, anon, authenticated, staff, service_role;
grant select on content.course_instructors to anon, authenticated, staff;
grant insert (course_id, user_id, position, is_lead) on content.course_instructors to staff;
grant update (position, is_lead) on content.course_instructors to staff;
grant delete on content.course_instructors to staff;
grant select, insert, update, delete on content.course_instructors to service_role;

create policy course_instructors_select_public on content.course_instructors
for select to anon
using (course_is_visible);

comment on policy course_instructors_select_public on content.course_instructors is
'Everyone may see who teaches a course that was published.';

create policy course_instructors_select_any on content.course_instructors
for select to authenticated
using (course_is_visible);

comment on policy course_instructors_select_any on content.course_instructors is
'Everyone may see who teaches a course that was published.';

create policy course_instructors_select_staff on content.course_instructors
for select to staff
using (
    course_is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_instructors_select_staff on content.course_instructors is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy course_instructors_insert_staff on content.course_instructors
for insert to staff
with check (
    user_id <> (select auth.uid())
    and (
        course_id = any(array(select content.my_course_ids(true)))
        or (select rbac.has_permission((select auth.uid()), 'course.edit'))
    )
);

comment on policy course_instructors_insert_staff on content.course_instructors is
'Those who lead a course add teachers; staff with course.edit add them to every course. Nobody '
'adds themselves, because teachers see learners'' work and answer keys.';

create policy course_instructors_update_staff on content.course_instructors
for update to staff
using (
    course_id = any(array(select content.my_course_ids(true)))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids(true)))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_instructors_update_staff on content.course_instructors is
'Those who lead a course change its teachers; staff with course.edit change those of every course.';

create policy course_instructors_delete_staff on content.course_instructors
for delete to staff
using (
    course_id = any(array(select content.my_course_ids(true)))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_instructors_delete_staff on content.course_instructors is
'Those who lead a course remove teachers; staff with course.edit remove those of every course; '
'publications stay.';
