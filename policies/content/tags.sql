revoke all on content.tags from public, anon, authenticated, staff, service_role;
grant select on content.tags to anon, authenticated, staff;
grant insert (slug, name) on content.tags to staff;
grant update (slug, name) on content.tags to staff;
grant delete on content.tags to staff;
grant select, insert, update, delete on content.tags to service_role;

create policy tags_select_public on content.tags
for select to anon
using (true);

comment on policy tags_select_public on content.tags is
'Everyone may see the tags.';

create policy tags_select_any on content.tags
for select to authenticated
using (true);

comment on policy tags_select_any on content.tags is
'Everyone may see the tags.';

create policy tags_select_staff on content.tags
for select to staff
using (true);

comment on policy tags_select_staff on content.tags is
'Staff may see the tags.';

create policy tags_insert_staff on content.tags
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy tags_insert_staff on content.tags is
'Staff with category.manage add tags.';

create policy tags_update_staff on content.tags
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'category.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy tags_update_staff on content.tags is
'Staff with category.manage change tags.';

create policy tags_delete_staff on content.tags
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy tags_delete_staff on content.tags is
'Staff with category.manage remove tags that nothing uses.';
