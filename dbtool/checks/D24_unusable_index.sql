-- Indexes that row level security makes unusable: their operators are not leakproof.
-- Remedy: index a stored generated column of a leakproof type; or search in a function that checks.
with guarded as (
    select
        c.oid, string_agg(distinct r.rolname, ', ') as roles
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    inner join pg_policy as p on p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
    inner join pg_roles as r on r.oid = any (p.polroles) or 0 = any (p.polroles)
    where
        n.nspname = any (%(schemas)s)
        and not c.relispartition
        and r.rolname = any (%(people)s)
        and pg_get_expr(p.polqual, p.polrelid) not in ('true', 'false')
    group by c.oid
),

keys as (
    select
        g.oid, g.roles, i.indexrelid, i.indkey[k.place] as attnum, i.indexprs::text as expressions,
        o.opcname, o.opcintype, o.opcfamily, o.opcmethod
    from guarded as g
    inner join pg_index as i on i.indrelid = g.oid
    cross join lateral generate_series(0, i.indnkeyatts - 1) as k (place)
    inner join pg_opclass as o on o.oid = i.indclass[k.place]
    -- An index that holds a constraint is there for that, even if no client searches by it.
    where not exists (select from pg_constraint as c where c.conindid = i.indexrelid)
),

leaking as (
    select k.oid, k.roles, k.indexrelid, 'operator ' || a.amopopr::regoperator::text as what
    from keys as k
    inner join pg_amop as a
        on
            a.amopfamily = k.opcfamily and a.amoppurpose = 's'
            and a.amoplefttype = k.opcintype
    inner join pg_operator as p on p.oid = a.amopopr
    inner join pg_proc as f on f.oid = p.oprcode
    inner join pg_am as m on m.oid = k.opcmethod
    -- A btree family also compares with other types; its indexes are judged by their own.
    where
        not f.proleakproof
        and (m.amname not in ('btree', 'hash', 'brin') or a.amoprighttype = k.opcintype)
    union
    select k.oid, k.roles, k.indexrelid, 'function ' || f.oid::regprocedure::text
    from keys as k
    cross join lateral regexp_matches(k.expressions, ' :funcid (\d+)', 'g') as m
    inner join pg_proc as f on f.oid = m[1]::oid
    where k.attnum = 0 and not f.proleakproof
    union
    -- Its own operators are leakproof; LIKE, which it is made for, is not.
    select k.oid, k.roles, k.indexrelid, 'operator ~~(text,text)'
    from keys as k
    where k.opcname like '%%\_pattern\_ops'
)

select
    l.indexrelid::regclass::text as object,
    'of no use to ' || l.roles || ' on ' || l.oid::regclass::text || ': not leakproof is '
    || min(l.what)
    || case count(*) when 1 then '' else ' and ' || count(*) - 1 || ' more' end as detail
from leaking as l
group by l.oid, l.roles, l.indexrelid
