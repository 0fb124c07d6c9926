-- The roles that hosted Supabase has and a plain server does not have. Roles belong to the cluster,
-- so a second database of the same cluster finds them already there.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'anon') then
        create role anon nologin noinherit;
    end if;
    if not exists (select from pg_catalog.pg_roles where rolname = 'authenticated') then
        create role authenticated nologin noinherit;
    end if;
    if not exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        create role service_role nologin noinherit bypassrls;
    end if;
    if not exists (select from pg_catalog.pg_roles where rolname = 'authenticator') then
        create role authenticator login noinherit;
    end if;
    if not exists (select from pg_catalog.pg_roles where rolname = 'supabase_auth_admin') then
        create role supabase_auth_admin nologin noinherit;
    end if;
end
$$;

comment on role anon is 'Requests without a login.';
comment on role authenticated is 'Requests of a person who is logged in.';
comment on role service_role is
'Back ends, webhooks and workers; not subject to row level security.';
comment on role authenticator is
'The login of PostgREST; its only right is to become one of the others.';
comment on role supabase_auth_admin is 'The auth server; calls the access token hook.';

grant anon to authenticator;
grant authenticated to authenticator;
grant service_role to authenticator;
