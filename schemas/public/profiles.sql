-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table public.profiles (
    id uuid not null,
    username text not null,
    username_key text generated always as (lower(username)) stored,
    display_name text not null,
    avatar_url text,
    bio text,
    locale text default 'en'::text not null,
    time_zone text default 'UTC'::text not null,
    country text,
    is_public boolean default false not null,
    status text default 'active'::text not null,
    erased_at timestamp with time zone,
    is_listed boolean generated always as ((is_public AND (status = 'active'::text) AND (erased_at IS NULL))) stored,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint pk_profiles PRIMARY KEY (id),
    constraint uq_profiles_id_listed UNIQUE (id, is_listed),
    constraint uq_profiles_username_key UNIQUE (username_key),
    constraint ck_profiles_avatar_url CHECK (((avatar_url ~ '^https://[^[:space:]]+$'::text) AND (length(avatar_url) <= 2000))),
    constraint ck_profiles_bio CHECK ((length(bio) <= 2000)),
    constraint ck_profiles_country CHECK ((country ~ '^[A-Z]{2}$'::text)),
    constraint ck_profiles_display_name CHECK (((display_name ~ '[^[:space:]]'::text) AND (display_name !~ '[[:cntrl:]]'::text) AND (length(display_name) <= 80))),
    constraint ck_profiles_erased CHECK (((erased_at IS NULL) OR (status <> 'active'::text))),
    constraint ck_profiles_locale CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'::text)),
    constraint ck_profiles_status CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'suspended'::text, 'pending'::text]))),
    constraint ck_profiles_time_zone CHECK (((time_zone ~ '^(UTC|Etc/GMT[+-][0-9]{1,2}|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+)+)$'::text) AND (timezone(time_zone, '2000-01-01 00:00:00+00'::timestamp with time zone) IS NOT NULL))),
    constraint ck_profiles_username CHECK ((username ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{2,31}$'::text))
);

comment on table public.profiles is 'One row for each person, with what others may see. Its id is the login''s (auth.users.id) but not a foreign key: a deleted login leaves a pseudonymised profile that orders and certificates name.';
comment on column public.profiles.username is 'Unique regardless of case; 3 to 32 letters, digits, dots, dashes and underscores.';
comment on column public.profiles.username_key is 'username in lower case, for lookups.';
comment on column public.profiles.locale is 'Language and perhaps region: fr, en, ar-DZ.';
comment on column public.profiles.time_zone is 'IANA name, such as Africa/Algiers.';
comment on column public.profiles.country is 'ISO 3166-1 alpha-2; null: not given.';
comment on column public.profiles.is_public is 'Whether the person wants to be seen by others.';
comment on column public.profiles.status is 'active; inactive: closed by its owner; suspended: by a moderator; pending: not confirmed. Only an active person holds roles.';
comment on column public.profiles.erased_at is 'When personal data was removed on request; null: it was not. An erased person is not active.';
comment on column public.profiles.is_listed is 'Whether others see the row: public, active and not erased.';

CREATE INDEX idx_profiles_listed_created_at ON public.profiles USING btree (created_at DESC, id) WHERE is_listed;

CREATE TRIGGER trg_profiles_protect_last_active_holder BEFORE UPDATE OF status ON public.profiles FOR EACH ROW WHEN (((old.status = 'active'::text) AND (new.status <> 'active'::text))) EXECUTE FUNCTION rbac.protect_last_active_holder();

CREATE TRIGGER trg_profiles_set_updated_at BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION util.set_updated_at();

alter table public.profiles enable row level security;

grant select on table public.profiles to authenticated;
grant insert, select, update on table public.profiles to service_role;
grant select on table public.profiles to staff;
grant select (id, username, username_key, display_name, avatar_url, bio, country, is_listed, created_at) on table public.profiles to anon;
grant update (username, display_name, avatar_url, bio, locale, time_zone, country, is_public) on table public.profiles to authenticated;
grant update (username, display_name, avatar_url, bio, locale, time_zone, country, is_public) on table public.profiles to staff;

create policy profiles_select_own on public.profiles for select to authenticated
using ((is_listed OR (id = ( SELECT auth.uid() AS uid))));

create policy profiles_select_public on public.profiles for select to anon
using (is_listed);

create policy profiles_select_staff on public.profiles for select to staff
using ((is_listed OR (id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'profile.read_any'::text) AS has_permission)));

create policy profiles_update_own on public.profiles for update to authenticated
using ((id = ( SELECT auth.uid() AS uid)))
with check ((id = ( SELECT auth.uid() AS uid)));

create policy profiles_update_staff on public.profiles for update to staff
using ((id = ( SELECT auth.uid() AS uid)))
with check ((id = ( SELECT auth.uid() AS uid)));

comment on policy profiles_select_own on public.profiles is 'Users see themselves, and people who want to be seen.';
comment on policy profiles_select_public on public.profiles is 'Anyone sees people who want to be seen.';
comment on policy profiles_select_staff on public.profiles is 'Staff with profile.read_any see everyone.';
comment on policy profiles_update_own on public.profiles is 'Users edit their own profile; the grant limits the columns.';
comment on policy profiles_update_staff on public.profiles is 'Staff edit their own profile.';
