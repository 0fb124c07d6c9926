-- Tables without row level security, and relations that cannot have it but are readable.
-- Remedy: alter table T enable row level security;
select
    c.oid::regclass::text as object,
    case
        when c.relkind in ('r', 'p') then 'row level security is off'
        else 'clients can read it, and this kind of relation cannot have row level security'
    end as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
where
    n.nspname = any (%(schemas)s)
    and (
        -- Partitions are D02's.
        (c.relkind in ('r', 'p') and not c.relispartition and not c.relrowsecurity)
        or (
            c.relkind in ('m', 'f')
            and exists (
                select
                from pg_roles as r
                where
                    r.rolname = any (%(people)s)
                    and has_any_column_privilege(r.oid, c.oid, 'select')
            )
        )
    )
