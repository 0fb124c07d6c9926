-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.user_interests (
    user_id uuid default auth.uid() not null,
    interest text not null,
    interest_key text generated always as (lower(interest)) stored not null,
    created_at timestamp with time zone default now() not null,
    constraint pk_user_interests PRIMARY KEY (user_id, interest_key),
    constraint ck_user_interests_interest CHECK (((interest ~ '[^[:space:]]'::text) AND (interest !~ '[[:cntrl:]]'::text) AND (length(interest) <= 60))),
    constraint fk_user_interests_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table public.user_interests is 'Topics that a person wants to learn about, in their own words.';
comment on column public.user_interests.interest_key is 'interest in lower case; a person has each only once.';

alter table public.user_interests enable row level security;

grant delete, select on table public.user_interests to authenticated;
grant delete, insert, select on table public.user_interests to service_role;
grant delete, select on table public.user_interests to staff;
grant insert (interest) on table public.user_interests to authenticated;
grant insert (interest) on table public.user_interests to staff;

create policy user_interests_delete_own on public.user_interests for delete to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_interests_delete_staff on public.user_interests for delete to staff
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_interests_insert_own on public.user_interests for insert to authenticated
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_interests_insert_staff on public.user_interests for insert to staff
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_interests_select_own on public.user_interests for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_interests_select_staff on public.user_interests for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'profile.read_any'::text) AS has_permission)));

comment on policy user_interests_delete_own on public.user_interests is 'Users remove their own interests.';
comment on policy user_interests_delete_staff on public.user_interests is 'Staff remove their own interests.';
comment on policy user_interests_insert_own on public.user_interests is 'Users add their own interests.';
comment on policy user_interests_insert_staff on public.user_interests is 'Staff add their own interests.';
comment on policy user_interests_select_own on public.user_interests is 'Users read their own interests.';
comment on policy user_interests_select_staff on public.user_interests is 'Staff with profile.read_any read everyone''s.';
