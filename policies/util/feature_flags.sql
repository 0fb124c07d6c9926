revoke all on util.feature_flags from public, anon, authenticated, staff, service_role;
grant select, insert, delete on util.feature_flags to staff;
grant update (key, description, is_enabled, rollout_percent, cohorts)
on util.feature_flags to staff;
grant select, insert, update, delete on util.feature_flags to service_role;

create policy feature_flags_select_staff on util.feature_flags
for select to staff
using ((select rbac.has_permission((select auth.uid()), 'feature_flag.manage')));

comment on policy feature_flags_select_staff on util.feature_flags is
'Only staff who manage flags read them.';

create policy feature_flags_insert_staff on util.feature_flags
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'feature_flag.manage')));

comment on policy feature_flags_insert_staff on util.feature_flags is
'Staff who manage flags add them.';

create policy feature_flags_update_staff on util.feature_flags
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'feature_flag.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'feature_flag.manage')));

comment on policy feature_flags_update_staff on util.feature_flags is
'Staff who manage flags change them.';

create policy feature_flags_delete_staff on util.feature_flags
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'feature_flag.manage')));

comment on policy feature_flags_delete_staff on util.feature_flags is
'Staff who manage flags remove them.';
