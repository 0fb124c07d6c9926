-- Each schema as one object: its tables, views and functions, with what people look up of them.
-- Parameters: schemas (text[]), roles (text[]). The caller sets an empty search_path, so that every
-- name comes out qualified. Months of journals are left out: they change with time.
with managed as (
    select * from pg_namespace where nspname = any (%(schemas)s::text[])
),

rel as (
    select c.*
    from pg_class as c
    where
        c.relnamespace in (select oid from managed)
        and c.relkind in ('r', 'p', 'v', 'm')
        and not c.relispartition
),

col as (
    select
        a.attrelid,
        a.attnum,
        jsonb_build_object(
            'name', a.attname,
            'type', format_type(a.atttypid, a.atttypmod),
            'is_nullable', not a.attnotnull,
            'default', case
                when a.attidentity <> '' then 'identity'
                when a.attgenerated <> '' then 'generated: ' || pg_get_expr(d.adbin, d.adrelid)
                else coalesce(pg_get_expr(d.adbin, d.adrelid), '')
            end,
            'comment', coalesce(col_description(a.attrelid, a.attnum), ''),
            'grants', (
                select jsonb_object_agg(r, to_jsonb(array(
                    select v
                    from unnest(array['select', 'insert', 'update']) as v
                    where has_column_privilege(r, a.attrelid, a.attnum, v)
                )))
                from unnest(%(roles)s::text[]) as r
            )
        ) as value
    from rel as t
    inner join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef as d on d.adrelid = t.oid and d.adnum = a.attnum
),

con as (
    select
        k.conrelid,
        k.conname,
        jsonb_build_object(
            'name', k.conname,
            'kind', k.contype,
            'definition', pg_get_constraintdef(k.oid),
            'comment', coalesce(obj_description(k.oid, 'pg_constraint'), ''),
            'columns', to_jsonb(array(
                select a.attname
                from unnest(k.conkey) with ordinality as u (attnum, n)
                inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.attnum
                order by u.n
            )),
            'target_schema', coalesce(f.relnamespace::regnamespace::text, ''),
            'target', coalesce(f.relname, '')
        ) as value
    from rel as t
    inner join pg_constraint as k on k.conrelid = t.oid and k.contype in ('p', 'u', 'c', 'x', 'f')
    left join pg_class as f on f.oid = k.confrelid
    -- Of a foreign key to a journal each month has its own.
    where k.conparentid = 0
),

relation as (
    select
        t.relnamespace,
        jsonb_build_object(
            'name', t.relname,
            'is_view', t.relkind in ('v', 'm'),
            'comment', coalesce(obj_description(t.oid, 'pg_class'), ''),
            'partition_key', case when t.relkind = 'p' then pg_get_partkeydef(t.oid) else '' end,
            'columns', coalesce((
                select jsonb_agg(c.value order by c.attnum) from col as c where c.attrelid = t.oid
            ), '[]'),
            'constraints', coalesce((
                select jsonb_agg(k.value order by position(k.value ->> 'kind' in 'pucxf'), k.conname)
                from con as k
                where k.conrelid = t.oid
            ), '[]'),
            'deleters', to_jsonb(array(
                select r from unnest(%(roles)s::text[]) as r
                where has_table_privilege(r, t.oid, 'delete')
            ))
        ) as value
    from rel as t
),

fun as (
    select
        p.pronamespace,
        jsonb_build_object(
            'name', p.proname,
            'comment', coalesce(obj_description(p.oid, 'pg_proc'), ''),
            'returns', coalesce(pg_get_function_result(p.oid), ''),
            'is_definer', p.prosecdef,
            'volatility', case p.provolatile
                when 'i' then 'immutable' when 's' then 'stable' else 'volatile'
            end,
            'arguments', to_jsonb(array(
                select jsonb_build_object(
                    'name', coalesce(p.proargnames[a.n], ''),
                    'type', format_type(a.type, null),
                    'mode', coalesce(p.proargmodes[a.n], 'i'),
                    'default', coalesce(pg_get_function_arg_default(p.oid, a.n::integer), '')
                )
                from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
                    with ordinality as a (type, n)
                order by a.n
            )),
            'callers', to_jsonb(array(
                select r from unnest(%(roles)s::text[]) as r
                where has_function_privilege(r, p.oid, 'execute')
            ))
        ) as value
    from pg_proc as p
    where
        p.pronamespace in (select oid from managed)
        and not exists (
            select from pg_depend as d
            -- Of an extension, or made by Postgres for a range type.
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
        )
)

select jsonb_build_object(
    'name', n.nspname,
    'comment', coalesce(obj_description(n.oid, 'pg_namespace'), ''),
    'relations', coalesce((
        select jsonb_agg(r.value order by r.value ->> 'name' collate "C")
        from relation as r
        where r.relnamespace = n.oid
    ), '[]'),
    'functions', coalesce((
        select jsonb_agg(f.value order by f.value ->> 'name' collate "C", f.value::text)
        from fun as f
        where f.pronamespace = n.oid
    ), '[]')
)
from managed as n
order by n.nspname collate "C"
