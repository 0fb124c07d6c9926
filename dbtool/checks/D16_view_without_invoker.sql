-- Views that clients reach and that read with their owner's rights.
-- Remedy: alter view V set (security_invoker = true);
select
    c.oid::regclass::text as object,
    'not security_invoker, and open to '
    || string_agg(r.rolname, ', ' order by r.rolname) as detail
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
cross join pg_roles as r
where
    n.nspname = any (%(schemas)s)
    and c.relkind = 'v'
    and r.rolname = any (%(people)s)
    and (
        has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
        or has_table_privilege(r.oid, c.oid, 'delete')
    )
    and not exists (
        select
        from pg_options_to_table(c.reloptions) as o
        where o.option_name = 'security_invoker' and o.option_value::boolean
    )
group by c.oid
