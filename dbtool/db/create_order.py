"""What must exist before what, for a script that makes everything from nothing."""

from __future__ import annotations

from dbtool.db.connect import Connection

# Both ends of each dependency, led back to an object that a script creates: a rule to its view, a
# default to its table, a row type to its relation, an index to the constraint that made it.
_QUERY = b"""
with ends as (
    select classid, objid, refclassid, refobjid from pg_depend where deptype in ('n', 'a', 'i')
),

led as (
    select
        e.*,
        r.ev_class as view_oid, a.adrelid as table_oid, t.typrelid as relation_oid,
        k.oid as constraint_oid
    from (
        select row_number() over () as n, 1 as side, classid as class, objid as oid from ends
        union all
        select row_number() over (), 2, refclassid, refobjid from ends
    ) as e
    left join pg_rewrite as r on e.class = 'pg_rewrite'::regclass and r.oid = e.oid
    left join pg_attrdef as a on e.class = 'pg_attrdef'::regclass and a.oid = e.oid
    left join pg_type as ty on e.class = 'pg_type'::regclass and ty.oid = e.oid
    left join pg_type as t
        on t.oid = case when ty.typcategory = 'A' then ty.typelem else ty.oid end
        and t.typrelid <> 0
    left join pg_constraint as k
        on e.class = 'pg_class'::regclass and k.conindid = e.oid and k.contype in ('p', 'u', 'x')
),

final as (
    select
        n, side,
        case
            when constraint_oid is not null then 'pg_constraint'::regclass
            when coalesce(view_oid, table_oid, relation_oid) is not null then 'pg_class'::regclass
            else class
        end::oid::bigint as class,
        coalesce(constraint_oid, view_oid, table_oid, relation_oid, oid)::bigint as oid
    from led
)

select distinct x.class, x.oid, y.class, y.oid
from final as x
inner join final as y on x.n = y.n and x.side = 1 and y.side = 2
where (x.class, x.oid) <> (y.class, y.oid)
"""

Address = tuple[int, int]


def read(connection: Connection) -> dict[Address, set[Address]]:
    """Each object's address to the addresses of what it stands on."""
    needs: dict[Address, set[Address]] = {}
    for class_oid, oid, ref_class, ref_oid in connection.execute(_QUERY):
        needs.setdefault((class_oid, oid), set()).add((ref_class, ref_oid))
    return needs
