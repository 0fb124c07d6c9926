-- Written by functions alone.
revoke all on learn.waitlist_entries from public, anon, authenticated, staff, service_role;
grant select on learn.waitlist_entries to authenticated, staff;
grant select, insert, update, delete on learn.waitlist_entries to service_role;

create policy waitlist_entries_select_own on learn.waitlist_entries
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy waitlist_entries_select_own on learn.waitlist_entries is
'Learners see their own.';

create policy waitlist_entries_select_staff on learn.waitlist_entries
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy waitlist_entries_select_staff on learn.waitlist_entries is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
