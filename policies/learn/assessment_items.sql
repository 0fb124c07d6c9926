revoke all on learn.assessment_items from public, anon, authenticated, staff, service_role;
grant select on learn.assessment_items to staff;
grant insert (
    assessment_id, item_order, item_type, prompt, options, points, penalty, has_partial_credit
) on learn.assessment_items to staff;
grant update (
    item_type, prompt, options, points, penalty, has_partial_credit
) on learn.assessment_items to staff;
grant delete on learn.assessment_items to staff;
grant select, insert, update, delete on learn.assessment_items to service_role;

create policy assessment_items_select_staff on learn.assessment_items
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessment_items_select_staff on learn.assessment_items is
'Those who teach a course or hold gradebook.read in it see its questions; staff with '
'course.read_any or course.edit see those of every course.';

create policy assessment_items_insert_staff on learn.assessment_items
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessment_items_insert_staff on learn.assessment_items is
'Those who teach a course add questions; staff with course.edit add them to every course.';

create policy assessment_items_update_staff on learn.assessment_items
for update to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessment_items_update_staff on learn.assessment_items is
'Those who teach a course change questions; staff with course.edit change those of every course.';

create policy assessment_items_delete_staff on learn.assessment_items
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy assessment_items_delete_staff on learn.assessment_items is
'Those who teach a course remove questions that nobody has used; staff with course.edit remove '
'those of every course.';
