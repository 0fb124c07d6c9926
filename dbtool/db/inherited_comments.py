"""Gives a view's column that has no comment of its own the comment of the column it shows.

Postgres itself says what a column shows: the description of a query names the table and column
that each plain column of the result comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from psycopg import pq, sql

from dbtool.db.connect import Connection, identifier

# A relation's oid and a column's number in it.
_Column = tuple[int, int]


@dataclass(frozen=True)
class _Known:
    """Columns of views, and of what they show.

    Attributes:
        names: Of the views' columns.
        comments: What stands in the catalog.
        sources: What a view's column shows, where it does nothing but show it.
        own: Columns whose comments their views' files state.
    """

    names: Mapping[_Column, str]
    comments: Mapping[_Column, str]
    sources: Mapping[_Column, _Column]
    own: frozenset[_Column]

    def wanted(self, column: _Column) -> str | None:
        """The comment that a column should have; views on views pass on what they inherit."""
        while column not in self.own and column in self.sources:
            column = self.sources[column]
        return self.comments.get(column)


def inherit(
    connection: Connection,
    own: Mapping[str, Collection[str]],
    on_view: Callable[[str], None],
) -> None:
    """Write the comments that are not what they should be.

    Args:
        connection: In a transaction whose search_path is empty.
        own: ``schema.name`` of each declared view, and the columns its file comments on.
        on_view: Told of a view before its comments are written.
    """
    views = connection.execute(
        """
        select v.name, c.oid::bigint, pg_catalog.pg_get_viewdef(c.oid)
        from unnest(%s::text[]) as v (name)
        inner join pg_catalog.pg_class as c on c.oid = to_regclass(v.name) and c.relkind = 'v'
        order by v.name
        """,
        [list(own)],
    ).fetchall()
    known = _read(connection, views, own)
    for name, oid, _ in views:
        statements = [
            sql.SQL("comment on column {}.{} is {}").format(
                identifier(name), sql.Identifier(known.names[column]), sql.Literal(wanted)
            )
            for column in sorted(known.names)
            if column[0] == oid
            and column in known.sources
            and column not in known.own
            and (wanted := known.wanted(column)) != known.comments.get(column)
        ]
        if statements:
            on_view(name)
            connection.execute(sql.SQL(";\n").join(statements))


def _read(
    connection: Connection, views: list[tuple[str, int, str]], own: Mapping[str, Collection[str]]
) -> _Known:
    sources: dict[_Column, _Column] = {}
    for _, oid, query in views:
        for number, source in enumerate(_sources(connection, query), 1):
            if source[0]:
                sources[oid, number] = source
    relations = {oid for _, oid, _ in views} | {oid for oid, _ in sources.values()}
    # Others' comments, such as those of Supabase's schema auth, differ from server to server.
    rows = connection.execute(
        """
        select a.attrelid::bigint, a.attnum, a.attname::text, d.description
        from pg_catalog.pg_attribute as a
        inner join pg_catalog.pg_class as c on c.oid = a.attrelid
        left join pg_catalog.pg_description as d
            on d.classoid = 'pg_catalog.pg_class'::regclass
            and d.objoid = a.attrelid and d.objsubid = a.attnum
        where a.attrelid = any (%s::bigint[]::oid[]) and a.attnum > 0 and not a.attisdropped
            and c.relowner = (select oid from pg_catalog.pg_roles where rolname = current_user)
        """,
        [sorted(relations)],
    ).fetchall()
    named = {oid: name for name, oid, _ in views}
    return _Known(
        names={(oid, n): column for oid, n, column, _ in rows if oid in named},
        comments={(oid, n): comment for oid, n, _, comment in rows if comment is not None},
        sources=sources,
        own=frozenset((oid, n) for oid, n, c, _ in rows if oid in named and c in own[named[oid]]),
    )


def _sources(connection: Connection, query: str) -> list[_Column]:
    """Table and column behind each column of a query, which is not run; zeros where none is."""
    # Asked past the connection's cursors: no answer of rows is wanted, and nothing to record.
    prepared = connection.pgconn.prepare(b"", query.encode())
    described = connection.pgconn.describe_prepared(b"")
    if described.status != pq.ExecStatus.COMMAND_OK:
        raise RuntimeError(prepared.get_error_message() or described.get_error_message())
    return [(described.ftable(n), described.ftablecol(n)) for n in range(described.nfields)]
