revoke all on learn.assignments from public, anon, authenticated, staff, service_role;
grant select on learn.assignments to authenticated, staff;
grant insert (
    course_id, lesson_id, title, instructions, points, passing_percent, due_at,
    due_after_days, is_late_allowed, late_penalty_percent, late_floor_percent,
    max_submissions, is_required
) on learn.assignments to staff;
grant update (
    title, instructions, points, passing_percent, due_at, due_after_days, is_late_allowed,
    late_penalty_percent, late_floor_percent, max_submissions, is_required
) on learn.assignments to staff;
grant delete on learn.assignments to staff;
grant select, insert, update, delete on learn.assignments to service_role;

create policy assignments_select_enrolled on learn.assignments
for select to authenticated
using (
    is_published
    and course_id = any(array(select learn.my_studied_course_ids()))
    and (lesson_id is null or lesson_id = any(array(select learn.my_lesson_ids())))
);

comment on policy assignments_select_enrolled on learn.assignments is
'Learners see the published assignments of courses they take.';

create policy assignments_select_staff on learn.assignments
for select to staff
using (
    (
        is_published
        and course_id = any(array(select learn.my_studied_course_ids()))
        and (lesson_id is null or lesson_id = any(array(select learn.my_lesson_ids())))
    )
    or course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assignments_select_staff on learn.assignments is
'Learners see the published assignments of courses they take; those who teach a course or hold '
'gradebook.read in it see all of its assignments; staff with course.read_any or course.edit see '
'those of every course.';

create policy assignments_insert_staff on learn.assignments
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assignments_insert_staff on learn.assignments is
'Those who teach a course add assignments; staff with course.edit add them to every course.';

create policy assignments_update_staff on learn.assignments
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assignments_update_staff on learn.assignments is
'Those who teach a course change assignments; staff with course.edit change those of every course.';

create policy assignments_delete_staff on learn.assignments
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assignments_delete_staff on learn.assignments is
'Those who teach a course remove assignments that nobody has used; staff with course.edit remove '
'those of every course.';
