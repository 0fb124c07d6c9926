-- Every object of the managed schemas as the DDL that makes it. One row an object:
-- kind, identity, definition, schema, page (the table it is shown with), position (order on that
-- page), class and oid (to find dependencies). Parameters: schemas (text[]).
-- The caller sets an empty search_path, so that every name comes out qualified.
with managed as (
    select oid, nspname, nspowner, nspacl
    from pg_namespace
    where nspname = any (%(schemas)s::text[])
),

package_owner as (
    select coalesce(
        (select relowner from pg_class where oid = to_regclass('util.catalog_runs')),
        (select oid from pg_roles where rolname = current_user)
    ) as oid
),

rel as (
    select
        c.*,
        n.nspname,
        format('%%I.%%I', n.nspname, c.relname) as name,
        case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
            when 'S' then 'sequence' else 'table' end as noun
    from pg_class as c
    inner join managed as n on c.relnamespace = n.oid
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid
                and (d.deptype = 'e' or (d.deptype = 'i' and c.relkind = 'S'))
        )
),

tab as (
    select * from rel where relkind in ('r', 'p', 'f') and not relispartition
),

fun as (
    select
        p.*,
        n.nspname,
        format(
            '%%I.%%I(%%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)
        ) as name,
        case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end
            as noun
    from pg_proc as p
    inner join managed as n on p.pronamespace = n.oid
    where not exists (
        select from pg_depend as d
        -- Of an extension, or made by Postgres for a range type.
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
    )
),

typ as (
    select t.*, n.nspname, format('%%I.%%I', n.nspname, t.typname) as name
    from pg_type as t
    inner join managed as n on t.typnamespace = n.oid
    left join pg_class as c on c.oid = t.typrelid
    where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
        )
),

trg as (
    select
        t.*,
        n.nspname,
        format('%%I.%%I', n.nspname, c.relname) as table_name,
        case when c.relnamespace in (select oid from managed)
            then n.nspname else fn.nspname end as counted_to
    from pg_trigger as t
    inner join pg_class as c on t.tgrelid = c.oid
    inner join pg_namespace as n on c.relnamespace = n.oid
    inner join pg_proc as p on t.tgfoid = p.oid
    inner join pg_namespace as fn on p.pronamespace = fn.oid
    where not t.tgisinternal and t.tgparentid = 0
        and (c.relnamespace in (select oid from managed)
            or p.pronamespace in (select oid from managed))
),

-- Owner, grants and comment are alike for all kinds of objects.
owned as (
    select
        'schema'::text as noun, format('%%I', nspname) as name, nspname, nspowner as owner,
        coalesce(nspacl, acldefault('n', nspowner)) as acl, null::text as page,
        'pg_namespace'::regclass as class, oid
    from managed
    union all
    select
        noun, name, nspname, relowner,
        coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)),
        case when relkind in ('r', 'p', 'f') then name end, 'pg_class'::regclass, oid
    from rel
    where not relispartition
    union all
    select
        'sequence', format('%%I.%%I', c.relnamespace::regnamespace::text, c.relname), t.nspname,
        c.relowner, coalesce(c.relacl, acldefault('s', c.relowner)), t.name, 'pg_class'::regclass,
        c.oid
    from tab as t
    inner join pg_depend as d
        on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.deptype = 'i'
    inner join pg_class as c
        on d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relkind = 'S'
    union all
    select
        noun, name, nspname, proowner, coalesce(proacl, acldefault('f', proowner)), null,
        'pg_proc'::regclass, oid
    from fun
    union all
    select
        'type', name, nspname, typowner, coalesce(typacl, acldefault('T', typowner)), null,
        'pg_type'::regclass, oid
    from typ
),

granted as (
    select
        o.noun, o.name, o.nspname, o.page, o.class, o.oid,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end
            as grantee,
        string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as privileges,
        a.is_grantable
    from owned as o
    cross join lateral aclexplode(o.acl) as a
    where a.grantee not in (o.owner, (select oid from package_owner))
    group by 1, 2, 3, 4, 5, 6, a.grantee, a.is_grantable
),

column_granted as (
    select
        x.name, x.nspname, x.page, x.oid, x.grantee, x.is_grantable,
        string_agg(format('%%s (%%s)', x.privilege, x.columns), ', ' order by x.privilege)
            as privileges
    from (
        select
            r.name, r.nspname, r.oid, a.is_grantable,
            case when r.relkind in ('r', 'p', 'f') then r.name end as page,
            case a.grantee when 0 then 'public' else a.grantee::regrole::text end
                as grantee,
            lower(a.privilege_type) as privilege,
            string_agg(quote_ident(t.attname), ', ' order by t.attnum) as columns
        from rel as r
        inner join pg_attribute as t on t.attrelid = r.oid and t.attacl is not null
        cross join lateral aclexplode(t.attacl) as a
        where a.grantee <> r.relowner and not t.attisdropped and not r.relispartition
        group by r.name, r.nspname, r.oid, r.relkind, a.is_grantable, a.grantee, a.privilege_type
    ) as x
    group by x.name, x.nspname, x.page, x.oid, x.grantee, x.is_grantable
),

objects as (
    select
        'schema'::text as kind, quote_ident(nspname) as identity,
        format('create schema %%I', nspname) as definition,
        nspname, null::text as page, 0 as position, 'pg_namespace'::regclass as class, oid
    from pg_namespace
    -- Retired partitions are no file's business.
    where nspname !~ '^(pg|retired)_' and nspname <> 'information_schema'

    union all
    select
        'type', name,
        case typtype
            when 'e' then format('create type %%s as enum (%%s)', name, (
                select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
                from pg_enum where enumtypid = typ.oid
            ))
            when 'd' then concat(
                format('create domain %%s as %%s', name, format_type(typbasetype, typtypmod)),
                case when typdefault is not null then ' default ' || typdefault end,
                case when typnotnull then ' not null' end, (
                    select string_agg(
                        format(' constraint %%I %%s', conname, pg_get_constraintdef(oid)), ''
                        order by conname
                    )
                    from pg_constraint where contypid = typ.oid and contype = 'c'
                )
            )
            when 'r' then (
                select format(
                    'create type %%s as range (subtype = %%s)', name, format_type(rngsubtype, null)
                )
                from pg_range where rngtypid = typ.oid
            )
            else format('create type %%s as (%%s)', name, (
                select string_agg(
                    format('%%I %%s', attname, format_type(atttypid, atttypmod)), ', '
                    order by attnum
                )
                from pg_attribute
                where attrelid = typ.typrelid and attnum > 0 and not attisdropped
            ))
        end,
        nspname, null, 0, 'pg_type'::regclass, oid
    from typ

    union all
    select
        'sequence', r.name,
        format(
            'create sequence %%s as %%s increment by %%s minvalue %%s maxvalue %%s start %%s%%s',
            r.name, format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
            case when s.seqcycle then ' cycle' else '' end
        ),
        r.nspname, null, 0, 'pg_class'::regclass, r.oid
    from rel as r
    inner join pg_sequence as s on s.seqrelid = r.oid

    union all
    select
        'table', name,
        concat(
            case
                when relkind = 'f' then 'create foreign table '
                when relpersistence = 'u' then 'create unlogged table '
                else 'create table '
            end,
            name,
            (
                select ' inherits (' || string_agg(i.inhparent::regclass::text, ', ') || ')'
                from pg_inherits as i where i.inhrelid = tab.oid
            ),
            case when relkind = 'p' then ' partition by ' || pg_get_partkeydef(oid) end,
            case when reloptions is not null
                then ' with (' || array_to_string(reloptions, ', ') || ')' end
        ),
        nspname, name, 0, 'pg_class'::regclass, oid
    from tab

    union all
    select
        'column', format('%%s.%%I', t.name, a.attname),
        concat(
            format('%%I %%s', a.attname, format_type(a.atttypid, a.atttypmod)),
            case when a.attcollation <> ty.typcollation
                then ' collate ' || a.attcollation::regcollation end,
            case
                when a.attidentity = 'a' then ' generated always as identity'
                when a.attidentity = 'd' then ' generated by default as identity'
                when a.attgenerated = 's'
                    then format(
                        ' generated always as (%%s) stored', pg_get_expr(d.adbin, d.adrelid)
                    )
                when a.attgenerated = 'v'
                    then format(' generated always as (%%s)', pg_get_expr(d.adbin, d.adrelid))
                when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid)
            end,
            case when a.attnotnull then ' not null' end
        ),
        t.nspname, t.name, a.attnum, 'pg_class'::regclass, t.oid
    from tab as t
    inner join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    inner join pg_type as ty on a.atttypid = ty.oid
    left join pg_attrdef as d on d.adrelid = t.oid and d.adnum = a.attnum

    union all
    select
        'identity', a.attrelid::regclass || '.' || quote_ident(a.attname),
        pg_get_serial_sequence(a.attrelid::regclass::text, a.attname),
        t.nspname, t.name, a.attnum, 'pg_class'::regclass, t.oid
    from tab as t
    inner join pg_attribute as a on a.attrelid = t.oid and a.attidentity <> ''

    union all
    select
        'constraint', format('%%s.%%I', t.name, c.conname),
        format(
            'alter table %%s add constraint %%I %%s%%s', t.name, c.conname,
            pg_get_constraintdef(c.oid),
            case when exists (
                select from pg_trigger as g where g.tgconstraint = c.oid and g.tgenabled <> 'O'
            ) then ' -- its triggers are disabled' end
        ),
        t.nspname, t.name, position(c.contype::text in 'pucxf'), 'pg_constraint'::regclass, c.oid
    from tab as t
    inner join pg_constraint as c on c.conrelid = t.oid and c.contype in ('p', 'u', 'c', 'x', 'f')

    union all
    select
        'index', format('%%I.%%I', t.nspname, c.relname),
        concat(
            pg_get_indexdef(c.oid), case when not i.indisvalid then ' -- INVALID' end,
            case when i.indisreplident then ' -- REPLICA IDENTITY' end
        ),
        t.nspname, t.name, 0, 'pg_class'::regclass, c.oid
    from tab as t
    inner join pg_index as i on i.indrelid = t.oid
    inner join pg_class as c on i.indexrelid = c.oid
    where not exists (
        select from pg_constraint as k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
    )

    union all
    select
        replace(noun, ' ', '_'), name,
        concat(
            'create ', noun, ' ', name,
            case when reloptions is not null
                then ' with (' || array_to_string(reloptions, ', ') || ')' end,
            ' as', e'\n', rtrim(pg_get_viewdef(oid, true), ';')
        ),
        nspname, null, 0, 'pg_class'::regclass, oid
    from rel
    where relkind in ('v', 'm')

    union all
    select
        noun, name,
        case prokind
            when 'a' then format('-- aggregate %%s', name)
            else rtrim(pg_get_functiondef(oid), e' \n')
        end,
        nspname, null, 0, 'pg_proc'::regclass, oid
    from fun

    union all
    select
        'trigger', format('%%s.%%I', table_name, tgname),
        concat(
            pg_get_triggerdef(oid),
            case tgenabled
                when 'D' then format(
                    e';\nalter table %%s disable trigger %%I', table_name, tgname
                )
                when 'A' then format(
                    e';\nalter table %%s enable always trigger %%I', table_name, tgname
                )
                when 'R' then format(
                    e';\nalter table %%s enable replica trigger %%I', table_name, tgname
                )
            end
        ),
        counted_to, table_name, 0, 'pg_trigger'::regclass, oid
    from trg

    union all
    select
        'rule', format('%%s.%%I', r.name, w.rulename), rtrim(pg_get_ruledef(w.oid), ';'),
        r.nspname, null, 0, 'pg_rewrite'::regclass, w.oid
    from rel as r
    inner join pg_rewrite as w on w.ev_class = r.oid and w.rulename <> '_RETURN'

    union all
    select
        'row_security', name,
        concat(
            case when relrowsecurity
                then format('alter table %%s enable row level security', name) end,
            case when relforcerowsecurity
                then format(e';\nalter table %%s force row level security', name) end
        ),
        nspname, name, 0, 'pg_class'::regclass, oid
    from tab
    where relrowsecurity or relforcerowsecurity

    union all
    select
        'policy', format('%%s.%%I', t.name, p.polname),
        concat(
            format('create policy %%I on %%s', p.polname, t.name),
            case when not p.polpermissive then ' as restrictive' end,
            ' for ',
            case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                when 'd' then 'delete' else 'all' end,
            ' to ', (
                select string_agg(
                    case r when 0 then 'public' else r::regrole::text end, ', '
                    order by case r when 0 then 'public' else r::regrole::text end
                )
                from unnest(p.polroles) as r
            ),
            case when p.polqual is not null
                then format(e'\nusing (%%s)', pg_get_expr(p.polqual, p.polrelid)) end,
            case when p.polwithcheck is not null
                then format(e'\nwith check (%%s)', pg_get_expr(p.polwithcheck, p.polrelid)) end
        ),
        t.nspname, t.name, 0, 'pg_policy'::regclass, p.oid
    from tab as t
    inner join pg_policy as p on p.polrelid = t.oid

    union all
    select
        'grant', format('%%s %%s to %%s', noun, name, grantee)
            || case when is_grantable then ' with grant option' else '' end,
        format('grant %%s on %%s %%s to %%s', privileges, noun_for_grant, name, grantee)
            || case when is_grantable then ' with grant option' else '' end,
        nspname, page, 0, class, oid
    from (
        select
            g.*,
            case when g.noun like '%%view' then 'table' when g.noun = 'aggregate' then 'function'
                else g.noun end as noun_for_grant
        from granted as g
    ) as g
    where not (noun = 'schema' and name = 'public' and grantee = 'pg_database_owner')
        and not (noun = 'type' and grantee = 'public')

    union all
    select
        'grant', format('columns of %%s to %%s', name, grantee)
            || case when is_grantable then ' with grant option' else '' end,
        format('grant %%s on table %%s to %%s', privileges, name, grantee)
            || case when is_grantable then ' with grant option' else '' end,
        nspname, page, 1, 'pg_class'::regclass, oid
    from column_granted

    union all
    select
        'owner', format('%%s %%s', noun, name),
        format('alter %%s %%s owner to %%s', noun, name, owner::regrole::text),
        nspname, page, 0, class, oid
    from owned
    where owner <> (select oid from package_owner)
        and not (noun = 'schema' and name = 'public')

    union all
    select
        'comment', format('%%s %%s', o.noun, o.name),
        format('comment on %%s %%s is %%L', o.noun, o.name, d.description),
        o.nspname, o.page, 0, o.class, o.oid
    from owned as o
    inner join pg_description as d
        on d.objoid = o.oid and d.classoid = o.class and d.objsubid = 0
    where not (o.noun = 'schema' and o.name = 'public')

    union all
    select
        'comment', format('column %%s.%%I', r.name, a.attname),
        format('comment on column %%s.%%I is %%L', r.name, a.attname, d.description),
        r.nspname, case when r.relkind in ('r', 'p', 'f') then r.name end, a.attnum,
        'pg_class'::regclass, r.oid
    from rel as r
    inner join pg_description as d
        on d.objoid = r.oid and d.classoid = 'pg_class'::regclass and d.objsubid > 0
    inner join pg_attribute as a on a.attrelid = r.oid and a.attnum = d.objsubid
    where not r.relispartition

    union all
    select
        'comment', format('%%s %%I on %%s', x.noun, x.name, x.table_name),
        format('comment on %%s %%I on %%s is %%L', x.noun, x.name, x.table_name, d.description),
        x.nspname, x.table_name, 1000, x.class, x.oid
    from (
        select 'policy' as noun, p.polname as name, t.name as table_name, t.nspname,
            'pg_policy'::regclass as class, p.oid
        from tab as t
        inner join pg_policy as p on p.polrelid = t.oid
        union all
        select 'constraint', c.conname, t.name, t.nspname, 'pg_constraint'::regclass, c.oid
        from tab as t
        inner join pg_constraint as c on c.conrelid = t.oid
        union all
        select 'trigger', tgname, table_name, nspname, 'pg_trigger'::regclass, oid
        from trg
    ) as x
    inner join pg_description as d on d.objoid = x.oid and d.classoid = x.class

    union all
    select
        'comment', format('index %%I.%%I', t.nspname, c.relname),
        format('comment on index %%I.%%I is %%L', t.nspname, c.relname, d.description),
        t.nspname, t.name, 1001, 'pg_class'::regclass, c.oid
    from tab as t
    inner join pg_index as i on i.indrelid = t.oid
    inner join pg_class as c on i.indexrelid = c.oid
    inner join pg_description as d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass

    union all
    select
        'default_privileges',
        format(
            '%%s of %%s%%s to %%s', x.noun, x.owner,
            case when x.nspname is null then '' else ' in ' || quote_ident(x.nspname) end, x.grantee
        ),
        format(
            'alter default privileges for role %%s%%s grant %%s on %%s to %%s', x.owner,
            case when x.nspname is null then '' else ' in schema ' || quote_ident(x.nspname) end,
            string_agg(lower(x.privilege_type), ', ' order by x.privilege_type), x.noun, x.grantee
        ),
        coalesce(x.nspname, ''), null, 0, 'pg_default_acl'::regclass, x.oid
    from (
        select
            d.oid, n.nspname, d.defaclrole::regrole::text as owner,
            case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
                when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
                else d.defaclobjtype::text end as noun,
            case a.grantee when 0 then 'public' else a.grantee::regrole::text end
                as grantee,
            a.privilege_type
        from pg_default_acl as d
        left join managed as n on d.defaclnamespace = n.oid
        cross join lateral aclexplode(d.defaclacl) as a
        where d.defaclnamespace = 0 or n.oid is not null
    ) as x
    group by x.oid, x.nspname, x.owner, x.noun, x.grantee

    union all
    -- A partition is compared with its parent: only its differences are rows.
    select 'partition', name, wrong, nspname, null, 0, 'pg_class'::regclass, oid
    from (
        select
            r.name, r.nspname, r.oid,
            nullif(concat_ws(
                ', ',
                case when not r.relrowsecurity then 'row level security is off' end,
                case when not exists (select from pg_policy where polrelid = r.oid)
                    then 'no deny policy' end,
                (
                    select 'policies that let through: ' || string_agg(p.polname, ', ')
                    from pg_policy as p
                    where p.polrelid = r.oid
                        and coalesce(
                            pg_get_expr(p.polqual, r.oid), pg_get_expr(p.polwithcheck, r.oid), ''
                        ) <> 'false'
                ),
                (
                    select 'granted to ' || string_agg(distinct a.grantee::regrole::text, ', ')
                    from (
                        select r.relacl as acl
                        union all
                        select t.attacl from pg_attribute as t where t.attrelid = r.oid
                    ) as x
                    cross join lateral aclexplode(
                        coalesce(x.acl, acldefault('c', r.relowner))
                    ) as a
                    where a.grantee <> r.relowner
                ),
                case when r.relowner <> parent.relowner
                    then 'owned by ' || r.relowner::regrole end,
                case when r.relpersistence <> parent.relpersistence then 'unlogged' end,
                (
                    select 'disabled triggers: ' || string_agg(g.tgname, ', ')
                    from pg_trigger as g
                    where g.tgrelid = r.oid and g.tgenabled = 'D'
                )
            ), '') as wrong
        from rel as r
        inner join pg_inherits as i on i.inhrelid = r.oid
        inner join pg_class as parent on i.inhparent = parent.oid
        where r.relispartition
    ) as partitions
    where wrong is not null
)

select kind, identity, definition, nspname, page, position, class::oid::bigint, oid::bigint
from objects
order by nspname, page nulls first, kind, position, identity
