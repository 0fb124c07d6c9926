-- Foreign keys that no index begins with: each delete of a parent reads the whole child.
-- Remedy: create index concurrently idx_T_C on T (C);
select
    c.conrelid::regclass::text || ' ' || quote_ident(c.conname) as object,
    pg_get_constraintdef(c.oid) as detail
from pg_constraint as c
inner join pg_class as t on t.oid = c.conrelid
inner join pg_namespace as n on n.oid = t.relnamespace
where
    c.contype = 'f'
    and c.conparentid = 0
    and n.nspname = any (%(schemas)s)
    and not exists (
        select
        from pg_index as i
        inner join pg_class as x on x.oid = i.indexrelid
        inner join pg_am as m on m.oid = x.relam
        where
            i.indrelid = c.conrelid and i.indisvalid and m.amname = 'btree'
            and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
            -- Rows without a parent need no finding.
            and (
                i.indpred is null
                or pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$'
            )
    )
