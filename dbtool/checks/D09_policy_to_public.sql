-- Permissive policies that name no role, and so count for every role.
-- Remedy: write the policy again with `to anon`, `to authenticated` or `to staff`.
select
    quote_ident(p.polname) || ' on ' || p.polrelid::regclass::text as object,
    'it is for public' as detail
from pg_policy as p
inner join pg_class as c on c.oid = p.polrelid
inner join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any (%(schemas)s) and p.polpermissive and 0 = any (p.polroles)
