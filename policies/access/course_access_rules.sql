revoke all on access.course_access_rules from public, anon, authenticated, staff, service_role;
grant select on access.course_access_rules to anon, authenticated, staff;
grant insert (course_id, tier_id, product_id) on access.course_access_rules to staff;
grant delete on access.course_access_rules to staff;
grant select, insert, update, delete on access.course_access_rules to service_role;

create policy course_access_rules_select_public on access.course_access_rules
for select to anon
using (course_is_visible);

comment on policy course_access_rules_select_public on access.course_access_rules is
'Everyone may see the requirements of a course that was published.';

create policy course_access_rules_select_any on access.course_access_rules
for select to authenticated
using (course_is_visible);

comment on policy course_access_rules_select_any on access.course_access_rules is
'Everyone may see the requirements of a course that was published.';

create policy course_access_rules_select_staff on access.course_access_rules
for select to staff
using (
    course_is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'access.manage'))
);

comment on policy course_access_rules_select_staff on access.course_access_rules is
'Those who teach a course see its rules; staff with course.read_any or access.manage see those of '
'every course.';

create policy course_access_rules_insert_staff on access.course_access_rules
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy course_access_rules_insert_staff on access.course_access_rules is
'Staff with access.manage add access rules to courses.';

create policy course_access_rules_delete_staff on access.course_access_rules
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy course_access_rules_delete_staff on access.course_access_rules is
'Staff with access.manage remove access rules.';
