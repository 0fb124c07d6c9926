-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.user_consents (
    id bigint generated always as identity not null,
    user_id uuid default auth.uid() not null,
    document_key text not null,
    document_version text not null,
    is_granted boolean not null,
    source text default 'settings'::text not null,
    created_at timestamp with time zone default now() not null,
    constraint pk_user_consents PRIMARY KEY (id),
    constraint ck_user_consents_document_key CHECK ((document_key ~ '^[a-z0-9_]{1,60}$'::text)),
    constraint ck_user_consents_document_version CHECK (((length(document_version) >= 1) AND (length(document_version) <= 40))),
    constraint ck_user_consents_source CHECK ((source = ANY (ARRAY['signup'::text, 'settings'::text, 'banner'::text, 'import'::text, 'support'::text]))),
    constraint fk_user_consents_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table public.user_consents is 'Every yes and no to a document, appended and never changed; for each person and document the row with the highest id counts.';
comment on column public.user_consents.document_key is 'Such as terms, privacy, marketing.';

CREATE INDEX idx_user_consents_user_id_document_key ON public.user_consents USING btree (user_id, document_key, id DESC);

alter table public.user_consents enable row level security;

grant select on table public.user_consents to authenticated;
grant insert, select on table public.user_consents to service_role;
grant select on table public.user_consents to staff;
grant insert (document_key, document_version, is_granted, source) on table public.user_consents to authenticated;
grant insert (document_key, document_version, is_granted, source) on table public.user_consents to staff;

create policy user_consents_insert_own on public.user_consents for insert to authenticated
with check (((user_id = ( SELECT auth.uid() AS uid)) AND (source = ANY (ARRAY['signup'::text, 'settings'::text, 'banner'::text]))));

create policy user_consents_insert_staff on public.user_consents for insert to staff
with check (((user_id = ( SELECT auth.uid() AS uid)) AND (source = ANY (ARRAY['signup'::text, 'settings'::text, 'banner'::text]))));

create policy user_consents_select_own on public.user_consents for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_consents_select_staff on public.user_consents for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'consent.read_any'::text) AS has_permission)));

comment on policy user_consents_insert_own on public.user_consents is 'Users add their own consents.';
comment on policy user_consents_insert_staff on public.user_consents is 'Staff add their own consents.';
comment on policy user_consents_select_own on public.user_consents is 'Users read their own consents.';
comment on policy user_consents_select_staff on public.user_consents is 'Staff with consent.read_any read everyone''s.';
