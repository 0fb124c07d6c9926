revoke all on gamification.quest_steps from public, anon, authenticated, staff, service_role;
grant select on gamification.quest_steps to anon, authenticated, staff;
grant insert (quest_id, step_order, title, target) on gamification.quest_steps to staff;
grant update (step_order, title, target) on gamification.quest_steps to staff;
grant delete on gamification.quest_steps to staff;
grant select, insert, update, delete on gamification.quest_steps to service_role;

create policy quest_steps_select_public on gamification.quest_steps
for select to anon
using (true);

comment on policy quest_steps_select_public on gamification.quest_steps is
'Everyone may see the steps of quests.';

create policy quest_steps_select_any on gamification.quest_steps
for select to authenticated
using (true);

comment on policy quest_steps_select_any on gamification.quest_steps is
'Everyone may see the steps of quests.';

create policy quest_steps_select_staff on gamification.quest_steps
for select to staff
using (true);

comment on policy quest_steps_select_staff on gamification.quest_steps is
'Staff may see the steps of quests.';

create policy quest_steps_insert_staff on gamification.quest_steps
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quest_steps_insert_staff on gamification.quest_steps is
'Staff with gamification.manage add steps of quests.';

create policy quest_steps_update_staff on gamification.quest_steps
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quest_steps_update_staff on gamification.quest_steps is
'Staff with gamification.manage change steps of quests.';

create policy quest_steps_delete_staff on gamification.quest_steps
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'gamification.manage')));

comment on policy quest_steps_delete_staff on gamification.quest_steps is
'Staff with gamification.manage remove steps of quests that nobody has used.';
