-- TRUNCATE, REFERENCES, TRIGGER or MAINTAIN granted to clients: no policy governs them.
-- Remedy: revoke truncate, references, trigger on T from ROLE; (17 and newer: maintain too)
with grants as (
    select c.oid::regclass::text as name, a.grantee, a.privilege_type
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    where n.nspname = any (%(schemas)s) and c.relkind <> 'S'
    union
    select c.oid::regclass::text || '.' || quote_ident(t.attname), a.grantee, a.privilege_type
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    inner join pg_attribute as t on t.attrelid = c.oid
    cross join lateral aclexplode(t.attacl) as a
    where n.nspname = any (%(schemas)s)
)

select
    lower(g.privilege_type) || ' on ' || g.name || ' to ' || coalesce(r.rolname, 'public')
    as object,
    case g.privilege_type
        when 'TRUNCATE' then 'empties the table whatever its policies say'
        when 'REFERENCES' then 'a foreign key to it tells which keys exist, and stops deletes'
        when 'TRIGGER' then 'a trigger runs as the role that writes to the table'
        else 'may lock the table with vacuum full, cluster or reindex'
    end as detail
from grants as g
left join pg_roles as r on r.oid = g.grantee
where
    g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
    and (g.grantee = 0 or r.rolname = any (%(clients)s))
