"""Which row is meant: a table's, by its primary key, perhaps looked at through a view."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from dbtool.access.explain import privileges
from dbtool.access.explain.privileges import RelationFacts
from dbtool.access.explain.sessions import Cell, Row, check_sight
from dbtool.access.matrix.probes import undone
from dbtool.db.connect import Connection, printed
from dbtool.errors import UsageError
from dbtool.sql import conditions
from dbtool.sql.conditions import Shown


@dataclass(frozen=True)
class TargetRow:
    """A row of a table, perhaps looked at through a view.

    Attributes:
        relation: What was named.
        table: The table that holds the row: the same, or the one behind the view.
        shown: What the view shows; None for a table.
        key: Column of the table's key to its value.
        row: The whole row; None where there is none.
    """

    relation: RelationFacts
    table: RelationFacts
    shown: Shown | None
    key: dict[str, str]
    row: Row | None

    def outside(self, column: str) -> str:
        """What the relation that was named calls a column of the table; empty where it hides it."""
        if self.shown is None:
            return column
        return next((name for name, of in self.shown.columns.items() if of == column), "")


def find(observer: Connection, name: str, id_: str) -> TargetRow:
    """The row that a person names.

    Raises:
        UsageError: No such relation, no key, or a value that the key cannot have.
    """
    relation = privileges.relation(observer, name)
    shown = None
    table = relation
    if relation.is_view:
        shown = conditions.shown(relation.definition)
        table = privileges.relation(observer, f"{shown.schema}.{shown.name}") if shown else relation
    if (relation.is_view and shown is None) or table.is_view:
        raise UsageError(
            f"{name} does not show rows of one table",
            hint="Explain the tables behind it; its definition: "
            + " ".join(relation.definition.split()),
        )
    if not table.key:
        raise UsageError(
            f"{table.name} has no primary key",
            hint="Add a primary key: without one no row can be named.",
        )
    check_sight(observer, [(table.schema, table.short)])
    key = _key(table, id_)
    return TargetRow(relation, table, shown, key, _read(observer, table, key))


def _key(table: RelationFacts, id_: str) -> dict[str, str]:
    given = [id_] if len(table.key) == 1 else next(csv.reader([id_]), [])
    if len(given) != len(table.key):
        raise UsageError(
            f"the key of {table.name} has {len(table.key)} columns, not {len(given)}",
            hint=f"Give --id {','.join(f'<{column}>' for column in table.key)}, with double quotes "
            'around a value that has a comma: "a,b",c.',
        )
    return dict(zip(table.key, given, strict=True))


def _read(observer: Connection, table: RelationFacts, key: dict[str, str]) -> Row | None:
    query = sql.SQL("select {} from {} where {}").format(
        sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(column.name)) for column in table.columns
        ),
        sql.Identifier(table.schema, table.short),
        where(table, {column: (column, value) for column, value in key.items()}),
    )
    try:
        with undone(observer):
            row = observer.execute(query).fetchone()
    except psycopg.DataError as error:
        types = ", ".join(f"{name} ({table.column(name).kind})" for name in key)
        raise UsageError(
            f"not a key of {table.name}: {error.diag.message_primary}",
            sqlstate=error.sqlstate or "",
            hint=f"Give a key of {types}.",
        ) from error
    if row is None:
        return None
    return {c.name: Cell(c.kind, v) for c, v in zip(table.columns, row, strict=True)}


def where(table: RelationFacts, key: Mapping[str, tuple[str, str]]) -> sql.Composed:
    """The condition that finds one row.

    Args:
        table: Whose types count.
        key: Column of the table's key to what the statement calls it and its value.
    """
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}::{}").format(
            sql.Identifier(name), sql.Literal(value), printed(table.column(column).kind)
        )
        for column, (name, value) in key.items()
    )


def insertable(observer: Connection, target: TargetRow, role: str) -> dict[str, str]:
    """Columns of the table that a caller may set in a new row, each with its name outside."""
    may = privileges.nameable(observer, role, target.relation.oid, "insert")
    return {
        column.name: target.outside(column.name)
        for column in target.table.columns
        if target.outside(column.name) in may and not column.is_generated
    }
