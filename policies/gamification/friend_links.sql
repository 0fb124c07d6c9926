-- Written by functions alone.
revoke all on gamification.friend_links from public, anon, authenticated, staff, service_role;
grant select on gamification.friend_links to authenticated, staff, service_role;

create policy friend_links_select_own on gamification.friend_links
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy friend_links_select_own on gamification.friend_links is
'Users read their own friends and requests.';

create policy friend_links_select_staff on gamification.friend_links
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'xp.read_any'))
);

comment on policy friend_links_select_staff on gamification.friend_links is
'Staff with xp.read_any read everyone''s friends.';
