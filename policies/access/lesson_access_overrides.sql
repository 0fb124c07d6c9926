revoke all on access.lesson_access_overrides from public, anon, authenticated, staff, service_role;
grant select on access.lesson_access_overrides to staff;
grant insert (lesson_id, tier_id, valid_from, valid_to) on access.lesson_access_overrides to staff;
grant update (tier_id, valid_from, valid_to) on access.lesson_access_overrides to staff;
grant delete on access.lesson_access_overrides to staff;
grant select, insert, update, delete on access.lesson_access_overrides to service_role;

create policy lesson_access_overrides_select_staff on access.lesson_access_overrides
for select to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'access.manage'))
);

comment on policy lesson_access_overrides_select_staff on access.lesson_access_overrides is
'Those who teach a course see its open lessons; staff with course.read_any or access.manage see '
'those of every course.';

create policy lesson_access_overrides_insert_staff on access.lesson_access_overrides
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy lesson_access_overrides_insert_staff on access.lesson_access_overrides is
'Staff with access.manage open single lessons.';

create policy lesson_access_overrides_update_staff on access.lesson_access_overrides
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy lesson_access_overrides_update_staff on access.lesson_access_overrides is
'Staff with access.manage change the tier and the end.';

create policy lesson_access_overrides_delete_staff on access.lesson_access_overrides
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy lesson_access_overrides_delete_staff on access.lesson_access_overrides is
'Staff with access.manage close single lessons again.';
