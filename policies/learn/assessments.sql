revoke all on learn.assessments from public, anon, authenticated, staff, service_role;
grant select on learn.assessments to authenticated, staff;
grant insert (
    course_id, lesson_id, title, description, assessment_type, time_limit_sec,
    passing_percent, max_attempts, shuffle_items, shuffle_options, results_shown,
    review_shows, opens_at, closes_at, is_proctored, is_required
) on learn.assessments to staff;
grant update (
    title, description, assessment_type, time_limit_sec, passing_percent, max_attempts,
    shuffle_items, shuffle_options, results_shown, review_shows, opens_at, closes_at,
    is_proctored, is_required
) on learn.assessments to staff;
grant delete on learn.assessments to staff;
grant select, insert, update, delete on learn.assessments to service_role;

create policy assessments_select_enrolled on learn.assessments
for select to authenticated
using (
    is_published
    and course_id = any(array(select learn.my_studied_course_ids()))
    and (lesson_id is null or lesson_id = any(array(select learn.my_lesson_ids())))
);

comment on policy assessments_select_enrolled on learn.assessments is
'Learners see the published assessments of courses they take.';

create policy assessments_select_staff on learn.assessments
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

comment on policy assessments_select_staff on learn.assessments is
'Learners see the published assessments of courses they take; those who teach a course or hold '
'gradebook.read in it see all of its assessments; staff with course.read_any or course.edit see '
'those of every course.';

create policy assessments_insert_staff on learn.assessments
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessments_insert_staff on learn.assessments is
'Those who teach a course add assessments; staff with course.edit add them to every course.';

create policy assessments_update_staff on learn.assessments
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessments_update_staff on learn.assessments is
'Those who teach a course change assessments; staff with course.edit change those of every course.';

create policy assessments_delete_staff on learn.assessments
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessments_delete_staff on learn.assessments is
'Those who teach a course remove assessments that nobody has used; staff with course.edit remove '
'those of every course.';
