-- The one role that Supabase lacks too: the hat of anyone who holds a role beyond member. The hat
-- alone opens nothing; every policy for it asks rbac.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'staff') then
        create role staff nologin noinherit;
    end if;
end
$$;

comment on role staff is 'Worn by people with a role beyond member; opens nothing by itself.';

grant staff to authenticator;

-- Supabase gives this to its own client roles by name.
grant usage on schema public to staff;
