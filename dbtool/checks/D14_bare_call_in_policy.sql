-- Functions that a policy calls once a row, and volatile functions in policies.
-- Remedy: write (select f(...)) without a column of the row, or x = any(array(select f(...))).
with expressions as (
    select p.polrelid, p.polname, e.tree
    from pg_policy as p
    inner join pg_class as c on c.oid = p.polrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (values (p.polqual::text), (p.polwithcheck::text)) as e (tree)
    where n.nspname = any (%(schemas)s) and e.tree is not null
)

select distinct
    quote_ident(x.polname) || ' on ' || x.polrelid::regclass::text as object,
    f.oid::regprocedure::text
    || case
        when f.provolatile = 'v' then ' is volatile: it runs for every row and may change things'
        when not k.is_wrapped then ' runs for every row'
        else ' is given a column, so it runs for every row'
    end as detail
from expressions as x
cross join lateral (
    -- The stored tree is {NODE :field value ...}, nested. Of interest: where nodes begin and end,
    -- and which function a call names. A brace in a name is written \{, texts are numbers.
    with tokens as (
        select
            m.place,
            m.found[1] as node,
            coalesce(m.found[2], m.found[3])::oid as called,
            sum(case when m.found[1] is null then -1 else 1 end) over (order by m.place) as depth
        from regexp_matches(
            x.tree,
            '(?<!\\)\{(\w+)(?: :funcid (\d+)| :opno \d+ :opfuncid (\d+))?|(?<!\\)\}',
            'g'
        ) with ordinality as m (found, place)
    ),

    nodes as (
        select
            t.place, t.node, t.called,
            (
                select min(e.place) from tokens as e
                where e.place > t.place and e.depth < t.depth
            ) as ends
        from tokens as t
        where t.called is not null or t.node in ('SUBLINK', 'VAR')
    )

    select
        c.called,
        exists (
            select from nodes as s
            where s.node = 'SUBLINK' and c.place > s.place and c.place < s.ends
        ) as is_wrapped,
        exists (
            select from nodes as v
            where v.node = 'VAR' and v.place > c.place and v.place < c.ends
        ) as has_column
    from nodes as c
    where c.called is not null
) as k
inner join pg_proc as f on f.oid = k.called
where
    f.provolatile = 'v'
    or (
        f.pronamespace <> 'pg_catalog'::regnamespace
        and (not k.is_wrapped or k.has_column)
    )
