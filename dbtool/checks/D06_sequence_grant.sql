-- Sequences that clients may read, draw from or set.
-- Remedy: revoke all on sequence Q from ROLE;
select
    string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) || ' on sequence '
    || c.oid::regclass::text || ' to ' || r.rolname as object,
    'tells how many rows there are, and can be moved' as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) as a
inner join pg_roles as r on r.oid = a.grantee
where c.relkind = 'S' and n.nspname = any (%(schemas)s) and r.rolname = any (%(clients)s)
group by c.oid, r.rolname
