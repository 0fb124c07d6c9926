"""What people look up of a schema, read from the catalog: columns, keys, rights, comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtool.db.checks import CLIENTS
from dbtool.db.connect import Connection

_QUERY = Path(__file__).with_name("reference.sql")


@dataclass(frozen=True)
class Column:
    """A column of a table or view.

    Attributes:
        name: Its name.
        type: As Postgres writes it, with its schema unless that is pg_catalog.
        is_nullable: Whether it may be null; of a view's column always true.
        default: An expression, ``identity``, ``generated: ...``, or empty.
        comment: Its comment, or empty.
        grants: Client role to those of select, insert, update that it has on the column.
    """

    name: str
    type: str
    is_nullable: bool
    default: str
    comment: str
    grants: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Constraint:
    """A constraint of a table.

    Attributes:
        name: Its name.
        kind: p, u, c, x or f, as in pg_constraint.
        definition: As Postgres writes it.
        comment: Its comment, or empty.
        columns: The columns it stands on, in its order.
        target_schema: Schema of the table that a foreign key refers to, else empty.
        target: That table, else empty.
    """

    name: str
    kind: str
    definition: str
    comment: str
    columns: tuple[str, ...]
    target_schema: str
    target: str


@dataclass(frozen=True)
class Relation:
    """A table or view.

    Attributes:
        name: Its name.
        is_view: Whether it is a view.
        comment: Its comment, or empty.
        partition_key: Of a journal: what its months are cut by; else empty.
        columns: In their order.
        constraints: Primary key, unique ones, checks, exclusions, foreign keys.
        deleters: Client roles that may delete its rows.
    """

    name: str
    is_view: bool
    comment: str
    partition_key: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    deleters: tuple[str, ...]


@dataclass(frozen=True)
class Argument:
    """An argument of a function.

    Attributes:
        name: Its name, or empty.
        type: As Postgres writes it.
        mode: i, o, b, v or t, as in pg_proc.
        default: An expression, or empty.
    """

    name: str
    type: str
    mode: str
    default: str


@dataclass(frozen=True)
class Function:
    """A function.

    Attributes:
        name: Its name.
        comment: Its comment, or empty.
        returns: Its result, as Postgres writes it.
        is_definer: Whether it runs with its owner's rights.
        volatility: immutable, stable or volatile.
        arguments: In their order, those that are results included.
        callers: Client roles that may execute it.
    """

    name: str
    comment: str
    returns: str
    is_definer: bool
    volatility: str
    arguments: tuple[Argument, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """A schema, its relations and functions sorted by name."""

    name: str
    comment: str
    relations: tuple[Relation, ...]
    functions: tuple[Function, ...]

    @property
    def tables(self) -> tuple[Relation, ...]:
        """Its tables, journals included."""
        return tuple(r for r in self.relations if not r.is_view)

    @property
    def views(self) -> tuple[Relation, ...]:
        """Its views."""
        return tuple(r for r in self.relations if r.is_view)


def read(connection: Connection, schemas: Sequence[str]) -> list[Schema]:
    """Read some schemas, sorted by name."""
    with connection.transaction():
        connection.execute(b"set transaction read only")
        connection.execute(b"set local search_path = ''")
        rows = connection.execute(
            _QUERY.read_bytes(), {"schemas": list(schemas), "roles": list(CLIENTS)}
        ).fetchall()
    return [_schema(value) for (value,) in rows]


def _schema(value: dict[str, Any]) -> Schema:
    return Schema(
        value["name"],
        value["comment"],
        tuple(map(_relation, value["relations"])),
        tuple(map(_function, value["functions"])),
    )


def _relation(value: dict[str, Any]) -> Relation:
    columns = [
        Column(**{**c, "grants": {role: tuple(verbs) for role, verbs in c["grants"].items()}})
        for c in value["columns"]
    ]
    constraints = [
        Constraint(**{**c, "columns": tuple(c["columns"])}) for c in value["constraints"]
    ]
    return Relation(
        **{
            **value,
            "columns": tuple(columns),
            "constraints": tuple(constraints),
            "deleters": tuple(value["deleters"]),
        }
    )


def _function(value: dict[str, Any]) -> Function:
    arguments = tuple(Argument(**a) for a in value["arguments"])
    return Function(**{**value, "arguments": arguments, "callers": tuple(value["callers"])})
