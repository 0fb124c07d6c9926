"""COPY: the fastest way of many rows into a table, with its constraints and triggers."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

from dbtool.db.connect import Connection, identifier
from dbtool.errors import DatabaseError


def copy_lines(
    connection: Connection, table: str, columns: tuple[str, ...], lines: Iterable[str]
) -> None:
    r"""Send rows in COPY's text format, in the caller's transaction.

    Args:
        connection: Whose transaction it is.
        table: ``schema.name``.
        columns: Those that the lines have, in their order.
        lines: Columns parted by tabs, ``\N`` for null, without line ends; nothing is escaped.

    Raises:
        DatabaseError: Postgres refused a row.
    """
    statement = sql.SQL("copy {} ({}) from stdin").format(
        identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    try:
        with connection.cursor().copy(statement) as copy:
            for line in lines:
                copy.write(line + "\n")
    except psycopg.Error as error:
        raise DatabaseError(
            f"{table}: {error.diag.message_primary or error}",
            sqlstate=error.sqlstate or "",
            detail=error.diag.context or "",
        ) from error
