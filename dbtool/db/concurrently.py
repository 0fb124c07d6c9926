"""Runs the statement of a no-transaction file so that it can be repeated at any point.

Each kind has its own test for "has already happened", because no transaction ties the statement to
its ledger row: a run killed between the two must neither fail nor do it twice.
"""

from __future__ import annotations

import re

from psycopg import sql

from dbtool.db import execute
from dbtool.db.connect import Connection, identifier, literally, printed
from dbtool.errors import DatabaseError, FileError
from dbtool.project.files import SourceFile
from dbtool.sql import concurrent
from dbtool.sql.concurrent import Concurrent
from dbtool.sql.script import Statement


def run(
    connection: Connection,
    source: SourceFile,
    statements: tuple[Statement, ...],
    on_statement: execute.OnStatement,
    again: bool = True,
) -> None:
    """Run the file's one statement unless it has happened.

    Args:
        connection: A connection of its own, in autocommit mode; its timeouts are switched off.
        source: The file.
        statements: Its statements.
        on_statement: Told before it runs.
        again: Whether it may have been begun before. If not, Postgres refuses to drop or detach
            what is not there.

    Raises:
        FileError: More than one statement, or one that does not belong here.
        DatabaseError: Postgres refused it, or an index of that name but not that definition exists.
    """
    wanted = _read(source, statements)
    for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(sql.SQL("set {} = 0").format(sql.Identifier(setting)))
    if not (again or wanted.action == "create index") or not _has_happened(
        connection, wanted, source
    ):
        execute.run(connection, statements, source.text, source.path, on_statement)


def _read(source: SourceFile, statements: tuple[Statement, ...]) -> Concurrent:
    if len(statements) != 1:
        raise FileError(
            f"a no-transaction file holds one statement, this one {len(statements)}",
            path=source.path,
            line=statements[1].line if len(statements) > 1 else 1,
            hint="Give each statement a file of its own, so that a run can be repeated.",
        )
    statement = statements[0]
    wanted = concurrent.read(statement.node)
    if wanted is None:
        raise FileError(
            "this statement does not belong in a no-transaction file",
            path=source.path,
            line=statement.line,
            snippet=statement.summary,
            hint="Allowed: CREATE or DROP INDEX, REINDEX and DETACH PARTITION, each CONCURRENTLY, "
            "and VACUUM and ANALYZE. Anything else: delete the file's first line.",
        )
    if wanted.action == "create index" and not wanted.name:
        raise FileError(
            "an index built concurrently needs a name",
            path=source.path,
            line=statement.line,
            snippet=statement.summary,
            hint="Name it: otherwise an interrupted run could not tell whether it was built.",
        )
    return wanted


def tables(
    connection: Connection, source: SourceFile, statements: tuple[Statement, ...]
) -> list[str]:
    """``schema.table`` of the tables that the file's statement works on, as far as they exist."""
    wanted = _read(source, statements)
    rows = connection.execute(
        """
        select n.nspname || '.' || c.relname
        from unnest(%s::text[]) as t (name)
        left join pg_catalog.pg_index as i on i.indexrelid = to_regclass(t.name)
        inner join pg_catalog.pg_class as c
            on c.oid = coalesce(i.indrelid::regclass, to_regclass(t.name))
        inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        """,
        [[literally(name) for name in (wanted.table, wanted.name) if name]],
    )
    return [row[0] for row in rows]


def _has_happened(connection: Connection, wanted: Concurrent, source: SourceFile) -> bool:
    if wanted.action == "create index":
        return _index_stands(connection, wanted, source)
    if wanted.action == "drop index":
        return not _exists(connection, wanted.name)
    if wanted.action == "reindex":
        _drop_leftovers(connection, wanted.name)
    if wanted.action == "detach":
        return _is_detached(connection, wanted)
    return False


def _exists(connection: Connection, name: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", [literally(name)]).fetchone()
    return bool(row and row[0])


def _index_stands(connection: Connection, wanted: Concurrent, source: SourceFile) -> bool:
    row = connection.execute(
        """
        select i.indisvalid, pg_get_indexdef(i.indexrelid)
        from pg_catalog.pg_index as i
        where i.indexrelid = to_regclass(%s) and i.indrelid = to_regclass(%s)
        """,
        [literally(wanted.name), literally(wanted.table)],
    ).fetchone()
    if row is None:
        return False
    valid, definition = row
    if not valid:
        # Left by a build that was interrupted.
        _drop_index(connection, sql.SQL("{}").format(identifier(wanted.name)))
        return False
    if _essence(definition) != _essence(_as_postgres_prints(connection, wanted)):
        raise DatabaseError(
            f"an index {wanted.name} of another definition stands already",
            path=source.path,
            line=1,
            detail=definition,
            hint="Rename this one, or drop that one in a migration before.",
        )
    return True


def _as_postgres_prints(connection: Connection, wanted: Concurrent) -> str:
    """The wanted index built on an empty copy of its table, so that Postgres words both."""
    with connection.transaction(force_rollback=True):
        connection.execute(
            sql.SQL("create temporary table index_probe (like {})").format(identifier(wanted.table))
        )
        connection.execute(wanted.rebuilt.encode())
        row = connection.execute(
            b"""
            select pg_get_indexdef(indexrelid) from pg_catalog.pg_index
            where indrelid = 'pg_temp.index_probe'::regclass
            """
        ).fetchone()
    return str(row[0]) if row else ""


def _essence(definition: str) -> tuple[bool, str]:
    """Whether it is unique, and all that follows USING."""
    return "UNIQUE" in definition.split(" INDEX ")[0], re.split(r" USING ", definition, maxsplit=1)[
        -1
    ]


def _drop_index(connection: Connection, name: sql.Composable) -> None:
    connection.execute(sql.SQL("drop index concurrently if exists {}").format(name))


def _drop_leftovers(connection: Connection, name: str) -> None:
    """Drop what interrupted REINDEX CONCURRENTLY runs left beside the index or table."""
    leftovers = connection.execute(
        """
        select c.oid::regclass::text
        from pg_catalog.pg_index as i
        inner join pg_catalog.pg_class as c on c.oid = i.indexrelid
        where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
            and i.indrelid in (
                select to_regclass(%(name)s)
                union all
                select indrelid from pg_catalog.pg_index where indexrelid = to_regclass(%(name)s)
            )
        """,
        {"name": literally(name)},
    ).fetchall()
    for (leftover,) in leftovers:
        _drop_index(connection, printed(leftover))


def _is_detached(connection: Connection, wanted: Concurrent) -> bool:
    row = connection.execute(
        """
        select inhdetachpending from pg_catalog.pg_inherits
        where inhrelid = to_regclass(%s) and inhparent = to_regclass(%s)
        """,
        [literally(wanted.name), literally(wanted.table)],
    ).fetchone()
    if row and row[0]:
        connection.execute(
            sql.SQL("alter table {} detach partition {} finalize").format(
                identifier(wanted.table), identifier(wanted.name)
            )
        )
        return True
    return row is None
