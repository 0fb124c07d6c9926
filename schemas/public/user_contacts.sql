-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.user_contacts (
    user_id uuid default auth.uid() not null,
    first_name text,
    last_name text,
    email text,
    email_key text generated always as (lower(email)) stored,
    phone text,
    birth_date date,
    address_line text,
    postal_code text,
    city text,
    region text,
    country text,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_user_contacts PRIMARY KEY (user_id),
    constraint ck_user_contacts_address CHECK (((length(address_line) <= 300) AND (length(postal_code) <= 20) AND (length(city) <= 100) AND (length(region) <= 100))),
    constraint ck_user_contacts_birth_date CHECK (((birth_date >= '1900-01-01'::date) AND (birth_date <= '2199-12-31'::date))),
    constraint ck_user_contacts_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    constraint ck_user_contacts_email CHECK ((length(email) <= 320)),
    constraint ck_user_contacts_names CHECK (((length(first_name) <= 100) AND (length(last_name) <= 100))),
    constraint ck_user_contacts_phone CHECK ((phone ~ '^\+?[0-9 ().-]{4,30}$'::text)),
    constraint fk_user_contacts_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table public.user_contacts is 'How to reach a person. Private, and so not in the row that others may read.';
comment on column public.user_contacts.email is 'The login''s address; it changes with the login and cannot be changed here.';
comment on column public.user_contacts.email_key is 'email in lower case, for lookups.';
comment on column public.user_contacts.country is 'ISO 3166-1 alpha-2 of the postal address.';

CREATE INDEX idx_user_contacts_email_key ON public.user_contacts USING btree (email_key);

CREATE TRIGGER trg_user_contacts_set_updated_at BEFORE UPDATE ON public.user_contacts FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table public.user_contacts enable row level security;

grant select on table public.user_contacts to authenticated;
grant insert, select, update on table public.user_contacts to service_role;
grant select on table public.user_contacts to staff;
grant update (first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country) on table public.user_contacts to authenticated;
grant update (first_name, last_name, phone, birth_date, address_line, postal_code, city, region, country) on table public.user_contacts to staff;

create policy user_contacts_select_own on public.user_contacts for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_contacts_select_staff on public.user_contacts for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'contact.read_any'::text) AS has_permission)));

create policy user_contacts_update_own on public.user_contacts for update to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

create policy user_contacts_update_staff on public.user_contacts for update to staff
using ((user_id = ( SELECT auth.uid() AS uid)))
with check ((user_id = ( SELECT auth.uid() AS uid)));

comment on policy user_contacts_select_own on public.user_contacts is 'Users read their own contacts.';
comment on policy user_contacts_select_staff on public.user_contacts is 'Staff with contact.read_any read everyone''s.';
comment on policy user_contacts_update_own on public.user_contacts is 'Users change their own contacts.';
comment on policy user_contacts_update_staff on public.user_contacts is 'Staff change their own contacts.';
