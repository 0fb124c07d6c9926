"""What stands on an object, from pg_depend, so that it can be dropped without CASCADE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from dbtool.db.connect import Connection, printed

# Edges lead from an object to what would have to go with it. Three kinds are not in pg_depend as
# such: the rule of a view stands for the view, a default for its column's table, and a row type
# (or its array) for its relation.
_QUERY = b"""
with recursive edges as (
    select refclassid, refobjid, classid, objid
    from pg_depend
    where deptype in ('n', 'a')
    union all
    select 'pg_rewrite'::regclass, oid, 'pg_class'::regclass, ev_class from pg_rewrite
    union all
    select 'pg_class'::regclass, typrelid, 'pg_type'::regclass, oid from pg_type where typrelid <> 0
    union all
    select 'pg_type'::regclass, typelem, 'pg_type'::regclass, oid
    from pg_type where typcategory = 'A' and typelem <> 0
),

found as (
    select %(class)s::regclass::oid as classid, %(oid)s::oid as objid
    union
    select e.classid, e.objid
    from found as f
    inner join edges as e on e.refclassid = f.classid and e.refobjid = f.objid
)

select
    f.classid::oid::bigint,
    f.objid::oid::bigint,
    case
        when f.classid = 'pg_policy'::regclass then 'policy'
        when f.classid = 'pg_trigger'::regclass and t.tgconstraint = 0 then 'trigger'
        when f.classid = 'pg_proc'::regclass then 'function'
        when f.classid = 'pg_class'::regclass and c.relkind = 'v' then 'view'
        else 'other'
    end,
    coalesce(
        case
            when f.classid = 'pg_proc'::regclass
                then format('%%I.%%I(%%s)', pn.nspname, pr.proname, oidvectortypes(pr.proargtypes))
            when f.classid = 'pg_class'::regclass and c.relkind = 'v'
                then format('%%I.%%I', cn.nspname, c.relname)
        end,
        p.polname, t.tgname, pg_describe_object(f.classid, f.objid, 0)
    ),
    case when tc.oid is not null then format('%%I.%%I', tn.nspname, tc.relname) end,
    pg_describe_object(f.classid, f.objid, 0),
    case when tf.oid is not null then format('%%I.%%I', fn.nspname, tf.proname) end,
    coalesce(pg_has_role(tc.relowner, 'usage'), true)
from found as f
left join pg_class as c on f.classid = 'pg_class'::regclass and c.oid = f.objid
left join pg_namespace as cn on cn.oid = c.relnamespace
left join pg_proc as pr on f.classid = 'pg_proc'::regclass and pr.oid = f.objid
left join pg_namespace as pn on pn.oid = pr.pronamespace
left join pg_policy as p on f.classid = 'pg_policy'::regclass and p.oid = f.objid
left join pg_trigger as t on f.classid = 'pg_trigger'::regclass and t.oid = f.objid
left join pg_class as tc on tc.oid = coalesce(p.polrelid, t.tgrelid)
left join pg_namespace as tn on tn.oid = tc.relnamespace
left join pg_proc as tf on tf.oid = t.tgfoid
left join pg_namespace as fn on fn.oid = tf.pronamespace
where f.classid not in ('pg_rewrite'::regclass, 'pg_type'::regclass)
"""

_EDGES = b"""
select distinct d.classid::bigint, d.objid::bigint, d.refclassid::bigint, d.refobjid::bigint
from (
    select
        case when d.classid = 'pg_rewrite'::regclass then 'pg_class'::regclass::oid
            else d.classid end as classid,
        coalesce(w.ev_class, d.objid) as objid,
        case when d.refclassid = 'pg_type'::regclass and t.typrelid <> 0
            then 'pg_class'::regclass::oid else d.refclassid end as refclassid,
        case when d.refclassid = 'pg_type'::regclass and t.typrelid <> 0
            then t.typrelid else d.refobjid end as refobjid
    from pg_depend as d
    left join pg_rewrite as w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
    left join pg_type as t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
    where d.deptype in ('n', 'a')
) as d
where d.objid = any (%(oids)s::oid[]) and d.refobjid = any (%(oids)s::oid[])
    and (d.classid, d.objid) <> (d.refclassid, d.refobjid)
"""


@dataclass(frozen=True)
class Dependant:
    """An object that stands on another.

    Attributes:
        address: (class oid, object oid).
        kind: function, view, policy, trigger, or other.
        name: schema.name(arguments) of a function, schema.name of a view, else the bare name.
        table: schema.table of a policy or trigger.
        description: Postgres' own words for it.
        function: Of a trigger, schema.name of the function it calls.
        owned: Whether we own the table of a policy or trigger.
    """

    address: tuple[int, int]
    kind: str
    name: str
    table: str | None
    description: str
    function: str | None
    owned: bool


def of_object(connection: Connection, catalog_class: str, oid: int) -> list[Dependant]:
    """The object itself and all that stands on it, in an order in which they can be dropped.

    Args:
        connection: The target; the caller has set search_path to pg_catalog.
        catalog_class: ``pg_proc`` or ``pg_class``.
        oid: The object.
    """
    rows = connection.execute(_QUERY, {"class": catalog_class, "oid": oid}).fetchall()
    found = {(row[0], row[1]): Dependant((row[0], row[1]), *row[2:]) for row in rows}
    edges = connection.execute(_EDGES, {"oids": [address[1] for address in found]}).fetchall()
    needs: dict[tuple[int, int], set[tuple[int, int]]] = {address: set() for address in found}
    for class_oid, object_oid, ref_class, ref_object in edges:
        dependant, referenced = (class_oid, object_oid), (ref_class, ref_object)
        if dependant in found and referenced in found:
            needs[referenced].add(dependant)
    return [found[address] for address in _leaves_first(needs)]


def _leaves_first(needs: dict[tuple[int, int], set[tuple[int, int]]]) -> list[tuple[int, int]]:
    ordered: list[tuple[int, int]] = []
    seen: set[tuple[int, int]] = set()

    def visit(address: tuple[int, int]) -> None:
        if address in seen:
            return
        seen.add(address)
        for dependant in sorted(needs[address]):
            visit(dependant)
        ordered.append(address)

    for address in sorted(needs):
        visit(address)
    return ordered


def drop(connection: Connection, dependants: Sequence[Dependant]) -> None:
    """Drop objects one by one, in the order given.

    A trigger on a table of another owner (auth.users) can be made but not dropped by us; it goes
    with its function, whose other dependants are gone by then.
    """
    for dependant in dependants:
        if dependant.kind in ("function", "view"):
            cascade = any(d.kind == "trigger" and not d.owned for d in dependants)
            connection.execute(
                sql.SQL("drop {} {}{}").format(
                    sql.SQL("routine" if dependant.kind == "function" else "view"),
                    printed(dependant.name),
                    sql.SQL(" cascade" if cascade else ""),
                )
            )
        elif dependant.owned:
            connection.execute(
                sql.SQL("drop {} {} on {}").format(
                    sql.SQL("policy" if dependant.kind == "policy" else "trigger"),
                    sql.Identifier(dependant.name),
                    printed(dependant.table or ""),
                )
            )
