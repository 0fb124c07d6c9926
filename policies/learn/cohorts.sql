revoke all on learn.cohorts from public, anon, authenticated, staff, service_role;
grant select on learn.cohorts to anon, authenticated, staff;
grant insert (
    course_id, title, description, seats, starts_at, ends_at, enroll_from, enroll_until,
    access_until, is_published
) on learn.cohorts to staff;
grant update (
    title, description, seats, starts_at, ends_at, enroll_from, enroll_until, access_until,
    is_published
) on learn.cohorts to staff;
grant delete on learn.cohorts to staff;
grant select, insert, update, delete on learn.cohorts to service_role;

create policy cohorts_select_public on learn.cohorts
for select to anon
using (is_visible);

comment on policy cohorts_select_public on learn.cohorts is
'Everyone may see published cohorts of a course that was published.';

create policy cohorts_select_any on learn.cohorts
for select to authenticated
using (is_visible);

comment on policy cohorts_select_any on learn.cohorts is
'Everyone may see published cohorts of a course that was published.';

create policy cohorts_select_staff on learn.cohorts
for select to staff
using (
    is_visible
    or course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy cohorts_select_staff on learn.cohorts is
'Those who teach a course see all of its cohorts; staff with course.read_any or course.edit see '
'those of every course.';

create policy cohorts_insert_staff on learn.cohorts
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy cohorts_insert_staff on learn.cohorts is
'Those who teach a course add cohorts; staff with course.edit add them to every course.';

create policy cohorts_update_staff on learn.cohorts
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy cohorts_update_staff on learn.cohorts is
'Those who teach a course change cohorts; staff with course.edit change those of every course.';

create policy cohorts_delete_staff on learn.cohorts
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy cohorts_delete_staff on learn.cohorts is
'Those who teach a course remove cohorts that nobody has used; staff with course.edit remove '
'those of every course.';
