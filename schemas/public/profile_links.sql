-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.profile_links (
    id uuid default gen_random_uuid() not null,
    user_id uuid default auth.uid() not null,
    is_listed boolean default false not null,
    kind text default 'website'::text not null,
    url text not null,
    label text,
    link_order integer default 1 not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_profile_links PRIMARY KEY (id),
    constraint uq_profile_links_link_order UNIQUE (user_id, link_order) DEFERRABLE,
    constraint ck_profile_links_kind CHECK ((kind = ANY (ARRAY['website'::text, 'x'::text, 'linkedin'::text, 'github'::text, 'youtube'::text, 'mastodon'::text, 'facebook'::text, 'other'::text]))),
    constraint ck_profile_links_label CHECK (((length(label) >= 1) AND (length(label) <= 80))),
    constraint ck_profile_links_link_order CHECK (((link_order >= 1) AND (link_order <= 20))),
    constraint ck_profile_links_url CHECK (((url ~ '^https?://[^[:space:]]+$'::text) AND (length(url) <= 2000))),
    constraint fk_profile_links_user FOREIGN KEY (user_id, is_listed) REFERENCES public.profiles(id, is_listed) ON UPDATE CASCADE
);

comment on table public.profile_links is 'Public links of a person, twenty at most.';
comment on column public.profile_links.is_listed is 'Copy of the profile''s is_listed, kept by the database.';
comment on column public.profile_links.link_order is 'Order on the page, 1 to 20.';

CREATE INDEX idx_profile_links_user_id_is_listed ON public.profile_links USING btree (user_id, is_listed);

CREATE TRIGGER trg_profile_links_copy_listed_flag BEFORE INSERT ON public.profile_links FOR EACH ROW EXECUTE FUNCTION public.copy_listed_flag();

CREATE TRIGGER trg_profile_links_set_updated_at BEFORE UPDATE ON public.profile_links FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table public.profile_links enable row level security;

grant select on table public.profile_links to anon;
grant delete, select on table public.profile_links to authenticated;
grant delete, insert, select, update on table public.profile_links to service_role;
grant delete, select on table public.profile_links to staff;
grant insert (kind, url, label, link_order), update (kind, url, label, link_order) on table public.profile_links to authenticated;
grant insert (kind, url, label, link_order), update (kind, url, label, link_order) on table public.profile_links to staff;

create policy profile_links_delete_own on public.profile_links for delete to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy profile_links_delete_staff on public.profile_links for delete to staff
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy profile_links_insert_own on public.profile_links for insert to authenticated
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy profile_links_insert_staff on public.profile_links for insert to staff
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy profile_links_select_own on public.profile_links for select to authenticated
using ((is_listed OR (user_id = ( SELECT auth.uid() AS uid))));

create policy profile_links_select_public on public.profile_links for select to anon
using (is_listed);

create policy profile_links_select_staff on public.profile_links for select to staff
using ((is_listed OR (user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'profile.read_any'::text) AS has_permission)));

create policy profile_links_update_own on public.profile_links for update to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy profile_links_update_staff on public.profile_links for update to staff
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

comment on policy profile_links_delete_own on public.profile_links is 'Users remove their own links.';
comment on policy profile_links_delete_staff on public.profile_links is 'Staff remove their own links.';
comment on policy profile_links_insert_own on public.profile_links is 'Users add their own links.';
comment on policy profile_links_insert_staff on public.profile_links is 'Staff add their own links.';
comment on policy profile_links_select_own on public.profile_links is 'Users see their own links, and those of people who want to be seen.';
comment on policy profile_links_select_public on public.profile_links is 'Anyone sees links of people who want to be seen.';
comment on policy profile_links_select_staff on public.profile_links is 'Staff with profile.read_any see everyone''s.';
comment on policy profile_links_update_own on public.profile_links is 'Users change their own links.';
comment on policy profile_links_update_staff on public.profile_links is 'Staff change their own links.';
