-- Two permissive policies for one role and command: both are asked, and either is enough.
-- Remedy: make them one policy, with `or` between their conditions.
with policies as (
    select p.polrelid, p.polname, p.polroles, command.verb
    from pg_policy as p
    inner join pg_class as c on c.oid = p.polrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    inner join (
        values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')
    ) as command (letter, verb) on p.polcmd::text in (command.letter, '*')
    where n.nspname = any (%(schemas)s) and p.polpermissive
),

roles as (
    select r.oid, r.rolname
    from pg_roles as r
    where r.rolname = any (%(clients)s) or r.oid in (select unnest(p.polroles) from policies as p)
)

select
    p.verb || ' on ' || p.polrelid::regclass::text || ' to ' || r.rolname as object,
    string_agg(p.polname, ', ' order by p.polname) as detail
from policies as p
inner join roles as r on r.oid = any (p.polroles) or 0 = any (p.polroles)
group by p.polrelid, p.verb, r.rolname
having count(*) > 1
