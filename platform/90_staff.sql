-- The one role that Supabase does not have either. Requests of anyone who holds a role beyond
-- member run as it. It grants nothing by itself; every policy for it asks rbac.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'staff') then
        create role staff nologin noinherit;
    end if;
end
$$;

comment on role staff is 'Requests of people with a role beyond member; grants nothing by itself.';

grant staff to authenticator;

-- Supabase gives this to its own client roles by name.
grant usage on schema public to staff;
