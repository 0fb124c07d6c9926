-- Partitions that can be reached past their parent's policies.
-- Remedy: revoke all, enable row level security, add a restrictive policy using (false).
with partitions as (
    select c.oid, c.relrowsecurity, c.relacl
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    where
        c.relkind in ('r', 'p', 'f')
        and (
            (n.nspname = any (%(schemas)s) and c.relispartition)
            -- Retired ones, wherever their parent is.
            or n.nspname in (select 'retired_' || s from unnest(%(schemas)s) as s)
        )
),

grants as (
    select p.oid, a.grantee, a.privilege_type
    from partitions as p
    cross join lateral aclexplode(p.relacl) as a
    union
    select p.oid, a.grantee, a.privilege_type
    from partitions as p
    inner join pg_attribute as t on t.attrelid = p.oid
    cross join lateral aclexplode(t.attacl) as a
)

select p.oid::regclass::text as object, 'row level security is off' as detail
from partitions as p
where not p.relrowsecurity
union all
select p.oid::regclass::text, 'no restrictive policy denies everything'
from partitions as p
where not exists (
    select
    from pg_policy as o
    where
        o.polrelid = p.oid and not o.polpermissive and o.polcmd = '*' and o.polroles = '{0}'
        and pg_get_expr(o.polqual, o.polrelid) = 'false'
        and coalesce(pg_get_expr(o.polwithcheck, o.polrelid), 'false') = 'false'
)
union all
select
    g.oid::regclass::text,
    string_agg(lower(g.privilege_type), ', ' order by g.privilege_type)
    || ' is granted to ' || coalesce(r.rolname, 'public')
from grants as g
left join pg_roles as r on r.oid = g.grantee
where g.grantee = 0 or r.rolname = any (%(clients)s)
group by g.oid, r.rolname
