-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.categories (
    id uuid default gen_random_uuid() not null,
    parent_id uuid,
    slug text not null,
    name text not null,
    description text,
    icon_url text,
    category_order integer default 1 not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_categories PRIMARY KEY (id),
    constraint uq_categories_slug UNIQUE (slug),
    constraint ck_categories_category_order CHECK (((category_order >= 1) AND (category_order <= 1000000))),
    constraint ck_categories_description CHECK ((length(description) <= 1000)),
    constraint ck_categories_icon_url CHECK (((icon_url ~ '^https://[^[:space:]]+$'::text) AND (length(icon_url) <= 2000))),
    constraint ck_categories_name CHECK (((name ~ '[^[:space:]]'::text) AND (length(name) <= 80))),
    constraint ck_categories_slug CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 80))),
    constraint fk_categories_parent FOREIGN KEY (parent_id) REFERENCES content.categories(id)
);

comment on table content.categories is 'Subjects of courses, as a tree.';
comment on column content.categories.parent_id is 'The wider category; null: at the top.';
comment on column content.categories.slug is 'Its name in URLs.';
comment on column content.categories.category_order is 'Order among those of one parent.';

CREATE INDEX idx_categories_parent_id ON content.categories USING btree (parent_id);

CREATE CONSTRAINT TRIGGER trg_categories_assert_tree AFTER INSERT OR UPDATE ON content.categories DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.parent_id IS NOT NULL)) EXECUTE FUNCTION content.assert_category_tree();

CREATE TRIGGER trg_categories_set_updated_at BEFORE UPDATE ON content.categories FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.categories enable row level security;

grant select on table content.categories to anon;
grant select on table content.categories to authenticated;
grant delete, insert, select, update on table content.categories to service_role;
grant delete, select on table content.categories to staff;
grant insert (parent_id, slug, name, description, icon_url, category_order), update (parent_id, slug, name, description, icon_url, category_order) on table content.categories to staff;

create policy categories_delete_staff on content.categories for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

create policy categories_insert_staff on content.categories for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

create policy categories_select_any on content.categories for select to authenticated
using (true);

create policy categories_select_public on content.categories for select to anon
using (true);

create policy categories_select_staff on content.categories for select to staff
using (true);

create policy categories_update_staff on content.categories for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

comment on policy categories_delete_staff on content.categories is 'Staff with category.manage remove categories that nothing uses.';
comment on policy categories_insert_staff on content.categories is 'Staff with category.manage add categories.';
comment on policy categories_select_any on content.categories is 'Everyone may see the categories.';
comment on policy categories_select_public on content.categories is 'Everyone may see the categories.';
comment on policy categories_select_staff on content.categories is 'Staff may see the categories.';
comment on policy categories_update_staff on content.categories is 'Staff with category.manage change categories.';
