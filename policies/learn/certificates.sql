-- Written by functions alone.
revoke all on learn.certificates from public, anon, authenticated, staff, service_role;
grant select on learn.certificates to authenticated, staff;
grant select, insert, update, delete on learn.certificates to service_role;

create policy certificates_select_own on learn.certificates
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy certificates_select_own on learn.certificates is
'Learners see their own.';

create policy certificates_select_staff on learn.certificates
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
    or (select rbac.has_permission((select auth.uid()), 'certificate.manage'))
);

comment on policy certificates_select_staff on learn.certificates is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any or certificate.manage see everyone''s.';
