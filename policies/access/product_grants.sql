revoke all on access.product_grants from public, anon, authenticated, staff, service_role;
grant select on access.product_grants to staff;
grant insert (product_id, course_id, tier_id, days) on access.product_grants to staff;
grant update (days) on access.product_grants to staff;
grant delete on access.product_grants to staff;
grant select, insert, update, delete on access.product_grants to service_role;

create policy product_grants_select_staff on access.product_grants
for select to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy product_grants_select_staff on access.product_grants is
'Staff with access.manage see what products open.';

create policy product_grants_insert_staff on access.product_grants
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy product_grants_insert_staff on access.product_grants is
'Staff with access.manage choose what products open.';

create policy product_grants_update_staff on access.product_grants
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy product_grants_update_staff on access.product_grants is
'Staff with access.manage change how long it stays open.';

create policy product_grants_delete_staff on access.product_grants
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'access.manage')));

comment on policy product_grants_delete_staff on access.product_grants is
'Staff with access.manage remove it for later purchases.';
