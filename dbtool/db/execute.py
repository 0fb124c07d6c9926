"""Runs the statements of a file and says where in the file a failure stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import psycopg
from psycopg import errors, generators, pq

from dbtool.db.connect import Connection
from dbtool.errors import DatabaseError
from dbtool.sql.batches import batches
from dbtool.sql.script import Statement, line_at, snippet_at

OnStatement = Callable[[Statement], None]

_HINTS = {
    "": "The connection was lost; run the same command again.",
    "42501": "The connecting role lacks this right; connect as the owner of the package's objects.",
    "42P01": "The relation must be made by an earlier migration. Declared views come after all "
    "migrations: drop one with `drop view if exists`.",
    "42883": "The function must exist by then. Migrations make what a table needs; declared "
    "functions come after all migrations.",
    "25001": "A statement that cannot run in a transaction stands in a file of its own whose first "
    "line is `-- dbtool: no-transaction`.",
    "0A000": "Where a declared view is in the way, drop it first in this migration (drop view if "
    "exists): it is declared again in the same transaction.",
    "42704": "It is not there on every database: declared objects come after all migrations. Write "
    "`drop ... if exists`.",
    "57P01": "The session was ended from outside; run the same command again.",
    "53100": "The disk is full: free space on the server, then run the same command again.",
    "55P03": "The table was busy; run the same command again, or raise lock_timeout.",
}


def run(
    connection: Connection,
    statements: Iterable[Statement],
    text: str,
    path: str,
    on_statement: OnStatement | None = None,
) -> int:
    """Execute statements in their order.

    Args:
        connection: The target.
        statements: What to run; their offsets count in ``text``.
        text: The file they stand in.
        path: Its name, for errors.
        on_statement: Told before a statement, or the first of those that travel together.

    Returns:
        How many rows INSERT, UPDATE and DELETE wrote.

    Raises:
        DatabaseError: Postgres refused one; with file, line and snippet.
    """
    written = 0
    for batch in batches(statements):
        if on_statement:
            on_statement(batch[0])
        if len(batch) > 1:
            _send(connection, batch, text, path)
            continue
        try:
            # As bytes: sent as it stands, without parameters, in the simple protocol.
            result = connection.execute(batch[0].text.encode())
        except psycopg.Error as error:
            raise placed(error, batch[0], text, path) from error
        if result.statusmessage and result.statusmessage.startswith(("INSERT", "UPDATE", "DELETE")):
            written += result.rowcount
    return written


def _send(connection: Connection, batch: tuple[Statement, ...], text: str, path: str) -> None:
    """Send several statements in one query, and find the one at fault by counting the answers."""
    at, error = together(connection, [statement.text.encode() for statement in batch])
    if error:
        before = sum(len(s.text) + len(BETWEEN) for s in batch[:at])
        raise placed(error, batch[at], text, path, before)


# On a line of its own: a statement may end in a comment.
BETWEEN = b"\n;\n"


def together(
    connection: Connection, statements: Sequence[bytes], meanwhile: Callable[[], None] | None = None
) -> tuple[int, psycopg.Error | None]:
    """Send statements in one query of the simple protocol; those after a failed one are not run.

    Args:
        connection: The target.
        statements: Without semicolons.
        meanwhile: Called while the server is at work.

    Returns:
        The number of the statement that failed, counted from 0, and its error; the error is None
        where none failed.

    Raises:
        psycopg.OperationalError: The connection was lost.
    """
    with connection.lock:
        connection.pgconn.send_query(BETWEEN.join(statements))
        connection.pgconn.flush()
        if meanwhile:
            meanwhile()
        results = connection.wait(generators.execute(connection.pgconn))
    at, last = len(results) - 1, results[-1]
    if last.status != pq.ExecStatus.FATAL_ERROR:
        return at, None
    return at, errors.error_from_result(last, encoding="utf-8")


def placed(
    error: psycopg.Error, statement: Statement, text: str, path: str, before: int = 0
) -> DatabaseError:
    """A Postgres error as a DatabaseError with file, line and snippet.

    Args:
        error: What Postgres said.
        statement: The statement at fault.
        text: The file it stands in.
        path: Its name.
        before: How many characters were sent before the statement, in the same query.
    """
    position = error.diag.statement_position
    offset = statement.offset + (int(position) - 1 - before if position else 0)
    line = line_at(text, offset)
    context = [error.diag.message_detail, error.diag.context]
    hints = [error.diag.message_hint, _HINTS.get(error.sqlstate or "")]
    return DatabaseError(
        error.diag.message_primary or str(error).strip(),
        path=path,
        line=line,
        snippet=snippet_at(text, line),
        sqlstate=error.sqlstate or "",
        detail="\n".join(part for part in context if part),
        hint=" ".join(hint for hint in hints if hint)
        or "Correct the file and run the same command again.",
    )
