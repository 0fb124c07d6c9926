revoke all on content.categories from public, anon, authenticated, staff, service_role;
grant select on content.categories to anon, authenticated, staff;
grant insert (
    parent_id, slug, name, description, icon_url, category_order
) on content.categories to staff;
grant update (
    parent_id, slug, name, description, icon_url, category_order
) on content.categories to staff;
grant delete on content.categories to staff;
grant select, insert, update, delete on content.categories to service_role;

create policy categories_select_public on content.categories
for select to anon
using (true);

comment on policy categories_select_public on content.categories is
'Everyone may see the categories.';

create policy categories_select_any on content.categories
for select to authenticated
using (true);

comment on policy categories_select_any on content.categories is
'Everyone may see the categories.';

create policy categories_select_staff on content.categories
for select to staff
using (true);

comment on policy categories_select_staff on content.categories is
'Staff may see the categories.';

create policy categories_insert_staff on content.categories
for insert to staff
with check ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy categories_insert_staff on content.categories is
'Staff with category.manage add categories.';

create policy categories_update_staff on content.categories
for update to staff
using ((select rbac.has_permission((select auth.uid()), 'category.manage')))
with check ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy categories_update_staff on content.categories is
'Staff with category.manage change categories.';

create policy categories_delete_staff on content.categories
for delete to staff
using ((select rbac.has_permission((select auth.uid()), 'category.manage')));

comment on policy categories_delete_staff on content.categories is
'Staff with category.manage remove categories that nothing uses.';
