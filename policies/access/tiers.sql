revoke all on access.tiers from public, anon, authenticated, staff, service_role;
grant select on access.tiers to anon, authenticated, staff;
grant insert (name, title, rank) on access.tiers to staff;
grant update (title, rank) on access.tiers to staff;
grant delete on access.tiers to staff;
grant select, insert, update, delete on access.tiers to service_role;

create policy tiers_select_public on access.tiers
for select to anon
using (true);

comment on policy tiers_select_public on access.tiers is
'Everyone may see the tiers.';

create policy tiers_select_any on access.tiers
for select to authenticated
using (true);

comment on policy tiers_select_any on access.tiers is
'Everyone may see the tiers.';

create policy tiers_select_staff on access.tiers
for select to staff
using (true);

comment on policy tiers_select_staff on access.tiers is
'Staff may see the tiers.';

create policy tiers_insert_staff on access.tiers
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy tiers_insert_staff on access.tiers is
'Staff with access.manage add tiers.';

create policy tiers_update_staff on access.tiers
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy tiers_update_staff on access.tiers is
'Staff with access.manage change tiers.';

create policy tiers_delete_staff on access.tiers
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy tiers_delete_staff on access.tiers is
'Staff with access.manage remove tiers that nothing uses.';
