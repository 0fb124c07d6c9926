"""How big relations are, asked without burdening anyone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from dbtool.db import connect
from dbtool.db.connect import Connection

# Bytes up to which counting a table nobody has analyzed is cheaper than not knowing.
_SMALL = 8 << 20


@dataclass(frozen=True)
class Size:
    """How big a relation is.

    Attributes:
        rows: The planner's estimate, exact for small tables that have none; else None.
        bytes: With indexes and TOAST; partitions included.
    """

    rows: int | None
    bytes: int


def sizes(connection: Connection, relations: Iterable[str]) -> dict[str, Size]:
    """Rows and bytes of those relations (``schema.name``) that exist and hold any."""
    found = {}
    rows = connection.execute(
        """
        select t.name, c.oid::regclass::text, c.relkind in ('r', 'p'),
            sum(pg_relation_size(p.oid))::bigint, sum(pg_total_relation_size(p.oid))::bigint,
            case when bool_and(p.reltuples >= 0) then sum(p.reltuples)::bigint end
        from unnest(%s::text[]) as t (name)
        inner join pg_catalog.pg_namespace as n on n.nspname = split_part(t.name, '.', 1)
        inner join pg_catalog.pg_class as c
            on c.relnamespace = n.oid and c.relname = substr(t.name, strpos(t.name, '.') + 1)
        cross join lateral (
            select c.oid, c.reltuples where c.relkind in ('r', 'i', 'm')
            union all
            select q.oid, q.reltuples
            from pg_partition_tree(c.oid) as leaf
            inner join pg_catalog.pg_class as q on q.oid = leaf.relid
            where c.relkind in ('p', 'I') and leaf.isleaf
        ) as p
        group by t.name, c.oid, c.relkind
        """,
        [list(relations)],
    ).fetchall()
    for name, printed, has_rows, heap, total, estimate in rows:
        count = estimate
        if has_rows and not estimate and heap <= _SMALL:
            counted = connection.execute(
                sql.SQL("select count(*) from {}").format(connect.printed(printed))
            ).fetchone()
            count = counted[0] if counted else None
        found[name] = Size(count, total)
    return found
