-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table content.tags (
    id uuid default gen_random_uuid() not null,
    slug text not null,
    name text not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_tags PRIMARY KEY (id),
    constraint uq_tags_slug UNIQUE (slug),
    constraint ck_tags_name CHECK (((name ~ '[^[:space:]]'::text) AND (length(name) <= 60))),
    constraint ck_tags_slug CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 60)))
);

comment on table content.tags is 'Words that courses are found by.';

CREATE TRIGGER trg_tags_set_updated_at BEFORE UPDATE ON content.tags FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table content.tags enable row level security;

grant select on table content.tags to anon;
grant select on table content.tags to authenticated;
grant delete, insert, select, update on table content.tags to service_role;
grant delete, select on table content.tags to staff;
grant insert (slug, name), update (slug, name) on table content.tags to staff;

create policy tags_delete_staff on content.tags for delete to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

create policy tags_insert_staff on content.tags for insert to staff
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

create policy tags_select_any on content.tags for select to authenticated
using (true);

create policy tags_select_public on content.tags for select to anon
using (true);

create policy tags_select_staff on content.tags for select to staff
using (true);

create policy tags_update_staff on content.tags for update to staff
using (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission))
with check (( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'category.manage'::text) AS has_permission));

comment on policy tags_delete_staff on content.tags is 'Staff with category.manage remove tags that nothing uses.';
comment on policy tags_insert_staff on content.tags is 'Staff with category.manage add tags.';
comment on policy tags_select_any on content.tags is 'Everyone may see the tags.';
comment on policy tags_select_public on content.tags is 'Everyone may see the tags.';
comment on policy tags_select_staff on content.tags is 'Staff may see the tags.';
comment on policy tags_update_staff on content.tags is 'Staff with category.manage change tags.';
