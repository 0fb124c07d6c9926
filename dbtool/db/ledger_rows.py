"""Appends to dbtool's ledgers. Rows are never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg import sql

from dbtool import __version__
from dbtool.db import ledger
from dbtool.db.connect import Connection
from dbtool.db.ledger import AppliedMigration, Origin, RunRecord
from dbtool.project.files import Migration, SourceFile


def migration_row(
    migration: Migration, status: str, run: RunRecord | None, who: Origin
) -> sql.Composed:
    """The statement that appends one row about a run of a version.

    Args:
        migration: The version.
        status: How it went.
        run: What it took; None for a first attempt that began with its transaction.
        who: Ran it.
    """
    values: tuple[object, ...] = (
        migration.version,
        migration.schema,
        migration.slug,
        status,
        migration.up.checksum,
        migration.down.text if migration.down else None,
        run.attempts if run else 1,
        run.lock_wait_ms if run else 0,
        run.started_at if run else sql.SQL("now()"),
        who.host,
        __version__,
        who.git_commit,
        run.error if run else None,
    )
    return sql.SQL(
        "insert into util.migrations_meta (version, module, slug, status, checksum, down_text, "
        "attempts, lock_wait_ms, started_at, client_host, tool_version, git_commit, error)\n"
        "values ({})"
    ).format(sql.SQL(", ").join(v if isinstance(v, sql.SQL) else sql.Literal(v) for v in values))


def record_migration(
    connection: Connection, migration: Migration, status: str, run: RunRecord, who: Origin
) -> None:
    """Append one row about a run of a version."""
    connection.execute(migration_row(migration, status, run, who))


def record_rollback(
    connection: Connection, applied: AppliedMigration, started_at: datetime, who: Origin
) -> None:
    """Append the row that says a version no longer stands."""
    connection.execute(
        """
        insert into util.migrations_meta (
            version, module, slug, status, checksum, down_text, started_at, client_host,
            tool_version, git_commit
        ) values (%s, %s, %s, 'rolled_back', %s, %s, %s, %s, %s, %s)
        """,
        [
            applied.version,
            applied.module,
            applied.slug,
            applied.checksum,
            applied.down_text,
            started_at,
            who.host,
            __version__,
            who.git_commit,
        ],
    )


def record_file(
    connection: Connection,
    file: SourceFile,
    kind: str,
    object_name: str,
    signature: str | None,
    run: RunRecord,
    who: Origin,
) -> None:
    """Append one row about a declared file or seed; failed where the run has an error."""
    connection.execute(
        """
        insert into util.declared_files (
            path, kind, object_name, status, checksum, applied_text, signature, attempts,
            lock_wait_ms, started_at, error, client_host, tool_version, git_commit
        ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            file.path,
            kind,
            object_name,
            "failed" if run.error else "applied",
            file.checksum,
            file.text,
            signature,
            run.attempts,
            run.lock_wait_ms,
            run.started_at,
            run.error,
            who.host,
            __version__,
            who.git_commit,
        ],
    )


def file_rows_since(connection: Connection, newest: int) -> tuple[int, list[sql.Composed]]:
    """Statements that append the rows about declared files and seeds to another ledger.

    Args:
        connection: The ledger to read.
        newest: The id of the newest row that is known already.

    Returns:
        The id of the newest row now, and a statement for each row after the known one. They tell
        nothing of when and where the rows were written.
    """
    columns = ("path", "kind", "object_name", "status", "checksum", "applied_text", "signature")
    rows = connection.execute(
        sql.SQL(
            "select id, {} from util.declared_files where id > {} and status <> 'failed' "
            "order by id"
        ).format(sql.SQL(", ").join(map(sql.Identifier, columns)), newest)
    ).fetchall()
    statements = [
        sql.SQL(
            "insert into util.declared_files ({}, client_host, tool_version)\nvalues ({}, {}, {})"
        ).format(
            sql.SQL(", ").join(map(sql.SQL, columns)),
            sql.SQL(", ").join(map(sql.Literal, row[1:])),
            ledger.EXPORTED.host,
            __version__,
        )
        for row in rows
    ]
    return max([newest, *(row[0] for row in rows)]), statements


def record_dropped(connection: Connection, paths: Sequence[str], who: Origin) -> None:
    """Append a row for each declared file whose object was dropped."""
    connection.execute(
        """
        insert into util.declared_files (
            path, kind, object_name, status, checksum, applied_text, signature, client_host,
            tool_version, git_commit
        )
        select distinct on (path)
            path, kind, object_name, 'dropped', checksum, applied_text, signature, %s, %s, %s
        from util.declared_files
        where path = any (%s) and status <> 'failed'
        order by path, id desc
        """,
        [who.host, __version__, who.git_commit, list(paths)],
    )
