-- Written by functions alone.
revoke all on learn.live_session_participants from public, anon, authenticated, staff, service_role;
grant select on learn.live_session_participants to authenticated, staff;
grant select, insert, update, delete on learn.live_session_participants to service_role;

create policy live_session_participants_select_own on learn.live_session_participants
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy live_session_participants_select_own on learn.live_session_participants is
'Learners see their own.';

create policy live_session_participants_select_staff on learn.live_session_participants
for select to staff
using (
    user_id = (select auth.uid())
    or course_id = any(array(select learn.my_gradebook_course_ids()))
    or (select rbac.has_permission((select auth.uid()), 'progress.read_any'))
);

comment on policy live_session_participants_select_staff on learn.live_session_participants is
'Those who teach a course or hold gradebook.read in it see those of its learners; staff with '
'progress.read_any see everyone''s.';
