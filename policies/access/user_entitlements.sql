-- Written by functions alone.
revoke all on access.user_entitlements from public, anon, authenticated, staff, service_role;
grant select on access.user_entitlements to authenticated, staff;
grant select, insert, update, delete on access.user_entitlements to service_role;

create policy user_entitlements_select_own on access.user_entitlements
for select to authenticated
using (user_id = (select auth.uid()));

comment on policy user_entitlements_select_own on access.user_entitlements is
'Users see their own entitlements.';

create policy user_entitlements_select_staff on access.user_entitlements
for select to staff
using (
    user_id = (select auth.uid())
    or (select rbac.has_permission((select auth.uid()), 'entitlement.grant'))
);

comment on policy user_entitlements_select_staff on access.user_entitlements is
'Staff with entitlement.grant see everyone''s entitlements.';
