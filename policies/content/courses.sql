revoke all on content.courses from public, anon, authenticated, staff, service_role;
grant select on content.courses to anon, authenticated, staff;
grant insert (
    slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url,
    trailer_url, requirements, outcomes, audience, max_students, has_certificate,
    certificate_settings
) on content.courses to staff;
grant update (
    slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url,
    trailer_url, requirements, outcomes, audience, max_students, has_certificate,
    certificate_settings
) on content.courses to staff;
grant select, insert, update, delete on content.courses to service_role;

create policy courses_select_public on content.courses
for select to anon
using (is_visible);

comment on policy courses_select_public on content.courses is
'Everyone may see courses that were published.';

create policy courses_select_any on content.courses
for select to authenticated
using (is_visible);

comment on policy courses_select_any on content.courses is
'Everyone may see courses that were published.';

create policy courses_select_staff on content.courses
for select to staff
using (
    is_visible
    -- An insert shows its new course to the creator before the trigger has made them a teacher.
    or created_by = (select auth.uid())
    or id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy courses_select_staff on content.courses is
'Those who teach a course see all of it; staff with course.read_any or course.edit see every '
'course.';

create policy courses_insert_staff on content.courses
for insert to staff
with check (
    created_by = (select auth.uid())
    and (select rbac.has_permission((select auth.uid()), 'course.create'))
);

comment on policy courses_insert_staff on content.courses is
'Staff with course.create make courses of their own.';

create policy courses_update_staff on content.courses
for update to staff
using (
    id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
)
with check (
    id = any(array(select content.my_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'course.edit'))
);

comment on policy courses_update_staff on content.courses is
'Those who teach a course change it; staff with course.edit change every course.';
