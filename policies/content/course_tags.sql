revoke all on content.course_tags from public, anon, authenticated, staff, service_role;
grant select on content.course_tags to anon, authenticated, staff;
grant insert (course_id, tag_id) on content.course_tags to staff;
grant delete on content.course_tags to staff;
grant select, insert, update, delete on content.course_tags to service_role;

create policy course_tags_select_public on content.course_tags
for select to anon
using (course_is_visible);

comment on policy course_tags_select_public on content.course_tags is
'Everyone may see the tags of a course that was published.';

create policy course_tags_select_any on content.course_tags
for select to authenticated
using (course_is_visible);

comment on policy course_tags_select_any on content.course_tags is
'Everyone may see the tags of a course that was published.';

create policy course_tags_select_staff on content.course_tags
for select to staff
using (
    course_is_visible
    or course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_tags_select_staff on content.course_tags is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy course_tags_insert_staff on content.course_tags
for insert to staff
with check (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_tags_insert_staff on content.course_tags is
'Those who teach a course add tags; staff with course.edit add them to every course.';

create policy course_tags_delete_staff on content.course_tags
for delete to staff
using (
    course_id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy course_tags_delete_staff on content.course_tags is
'Those who teach a course remove tags; staff with course.edit remove those of every course; '
'publications stay.';
