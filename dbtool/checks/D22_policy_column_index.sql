-- Columns that policies compare and no index begins with: every request reads the whole table.
-- Remedy: create index concurrently idx_T_C on T (C);
select
    c.oid::regclass::text || '.' || quote_ident(a.attname) as object,
    'compared by ' || string_agg(distinct p.polname, ', ') as detail
from pg_policy as p
inner join pg_class as c on c.oid = p.polrelid
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_depend as d
    on
        d.classid = 'pg_policy'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid > 0
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where
    n.nspname = any (%(schemas)s)
    and p.polpermissive
    -- A new row's values are at hand; a flag halves a table at best, and no index helps that.
    and p.polcmd <> 'a'
    and a.atttypid <> 'boolean'::regtype
    and not exists (
        select
        from pg_index as i
        where
            i.indrelid = c.oid and i.indisvalid and i.indkey[0] = a.attnum
            and (
                i.indpred is null
                or pg_get_expr(i.indpred, i.indrelid)
                = '(' || quote_ident(a.attname) || ' IS NOT NULL)'
            )
    )
group by c.oid, a.attname
