-- Written by functions alone.
revoke all on gamification.friend_streaks from public, anon, authenticated, staff, service_role;
grant select on gamification.friend_streaks to authenticated, staff, service_role;

create policy friend_streaks_select_own on gamification.friend_streaks
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy friend_streaks_select_own on gamification.friend_streaks is
'Users read their own.';

create policy friend_streaks_select_staff on gamification.friend_streaks
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy friend_streaks_select_staff on gamification.friend_streaks is
'Staff with xp.read_any read everyone''s streaks with friends.';
