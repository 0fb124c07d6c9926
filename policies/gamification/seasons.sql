revoke all on gamification.seasons from public, anon, authenticated, staff, service_role;
grant select on gamification.seasons to anon, authenticated, staff;
grant insert (key, title, starts_at, ends_at, rewards) on gamification.seasons to staff;
grant update (title, rewards) on gamification.seasons to staff;
grant delete on gamification.seasons to staff;
grant select, insert, update, delete on gamification.seasons to service_role;

create policy seasons_select_public on gamification.seasons
for select to anon
using (true);

comment on policy seasons_select_public on gamification.seasons is
'Everyone may see the seasons.';

create policy seasons_select_any on gamification.seasons
for select to authenticated
using (true);

comment on policy seasons_select_any on gamification.seasons is
'Everyone may see the seasons.';

create policy seasons_select_staff on gamification.seasons
for select to staff
using (true);

comment on policy seasons_select_staff on gamification.seasons is
'Staff may see the seasons.';

create policy seasons_insert_staff on gamification.seasons
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy seasons_insert_staff on gamification.seasons is
'Staff with gamification.manage add seasons.';

create policy seasons_update_staff on gamification.seasons
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy seasons_update_staff on gamification.seasons is
'Staff with gamification.manage change seasons.';

create policy seasons_delete_staff on gamification.seasons
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy seasons_delete_staff on gamification.seasons is
'Staff with gamification.manage remove seasons that nobody has used.';
