revoke all on gamification.level_definitions from public, anon, authenticated, staff, service_role;
grant select on gamification.level_definitions to anon, authenticated, staff;
grant insert (level, min_xp, title) on gamification.level_definitions to staff;
grant update (level, min_xp, title) on gamification.level_definitions to staff;
grant delete on gamification.level_definitions to staff;
grant select, insert, update, delete on gamification.level_definitions to service_role;

create policy level_definitions_select_public on gamification.level_definitions
for select to anon
using (true);

comment on policy level_definitions_select_public on gamification.level_definitions is
'Everyone may see the levels.';

create policy level_definitions_select_any on gamification.level_definitions
for select to authenticated
using (true);

comment on policy level_definitions_select_any on gamification.level_definitions is
'Everyone may see the levels.';

create policy level_definitions_select_staff on gamification.level_definitions
for select to staff
using (true);

comment on policy level_definitions_select_staff on gamification.level_definitions is
'Staff may see the levels.';

create policy level_definitions_insert_staff on gamification.level_definitions
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy level_definitions_insert_staff on gamification.level_definitions is
'Staff with gamification.manage add levels.';

create policy level_definitions_update_staff on gamification.level_definitions
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy level_definitions_update_staff on gamification.level_definitions is
'Staff with gamification.manage change levels.';

create policy level_definitions_delete_staff on gamification.level_definitions
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy level_definitions_delete_staff on gamification.level_definitions is
'Staff with gamification.manage remove levels that nobody has used.';
