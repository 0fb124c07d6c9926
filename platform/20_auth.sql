-- The parts of Supabase Auth that the package needs, for a plain server: the table of logins, and
-- functions that tell who is calling.
create schema if not exists auth;
create schema if not exists extensions;

comment on schema auth is 'Logins. On Supabase this schema is Supabase Auth''s own.';
comment on schema extensions is 'Extensions that the package may use.';

create table if not exists auth.users (
    id uuid not null default gen_random_uuid(),
    email text,
    phone text,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_anonymous boolean not null default false,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    banned_until timestamptz,
    constraint pk_users primary key (id)
);

comment on table auth.users is
'Logins, with the columns of Supabase Auth that the package reads. Written by the auth server.';
comment on column auth.users.banned_until is 'The login is refused until then; null: not banned.';
comment on column auth.users.deleted_at is 'Soft deletion; null: the login exists.';

revoke all on auth.users from public, anon, authenticated;

-- A setting that was once set in a transaction reads as '' in the session afterwards, not as null.
create or replace function auth.jwt() returns jsonb
language sql stable
return nullif(current_setting('request.jwt.claims', true), '')::jsonb;

create or replace function auth.uid() returns uuid
language sql stable
return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;

create or replace function auth.role() returns text
language sql stable
return nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role';

create or replace function auth.email() returns text
language sql stable
return nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email';

comment on function auth.jwt() is 'All claims of the caller''s token; null without a token.';
comment on function auth.uid() is 'Id of the calling login; null for anonymous requests.';
comment on function auth.role() is 'The role that the caller''s token names.';
comment on function auth.email() is 'Email address in the caller''s token.';

grant usage on schema auth, extensions to anon, authenticated, service_role;
