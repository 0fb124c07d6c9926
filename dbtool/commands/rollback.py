"""``dbtool rollback``: runs down migrations, after saying what they destroy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pglast import ast, enums
from psycopg import sql

from dbtool.db import (
    concurrently,
    connect,
    declare,
    execute,
    fingerprint,
    ledger,
    ledger_rows,
    modules,
    transaction,
)
from dbtool.db.connect import Connection, identifier
from dbtool.errors import HistoryError, UsageError
from dbtool.project import files
from dbtool.project.files import NO_TRANSACTION, Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Progress
from dbtool.sql import locks, script
from dbtool.sql.locks import Need


@dataclass(frozen=True)
class Loss:
    """Data that a down migration destroys.

    Attributes:
        what: ``table rbac.roles`` or ``column rbac.roles.title``.
        rows: Rows with something in it, counted at that moment.
    """

    what: str
    rows: int


@dataclass(frozen=True)
class Plan:
    """What would be undone, newest first."""

    versions: tuple[str, ...]
    declared: int
    losses: tuple[Loss, ...]


@dataclass(frozen=True)
class RolledBack:
    """What was undone; ``confirmed`` is False where the answer was no."""

    plan: Plan
    confirmed: bool


def rollback(
    settings: Settings, to: str, confirm: Callable[[Plan], bool], progress: Progress
) -> RolledBack:
    """Undo every version newer than ``to``, newest first.

    Declared objects describe the head of history only, so all of them are dropped first; the next
    `migrate` brings them back.

    Args:
        settings: Project and target.
        to: The version to go back to; ``0`` for the empty state.
        confirm: Shown the plan; nothing happens unless it returns True.
        progress: Where to say what happens.

    Raises:
        UsageError: No such version.
        HistoryError: A version has no down migration; nothing was undone.
        DatabaseError: A down migration failed; versions undone before it stay undone.
    """
    project = files.load(settings.root)
    with session.exclusive(settings, 600, progress) as (connection, lock):
        ledger.bootstrap(connection)
        project = modules.fit(connection, project)
        fingerprint.check_ledger(connection)
        applied = ledger.applied_migrations(connection)
        if to != "0" and to not in applied:
            raise UsageError(
                f"version {to} is not applied", hint="Choose one that `dbtool status` lists."
            )
        undo = [row for version, row in sorted(applied.items(), reverse=True) if version > to]
        ways = [(row, _way_back(project, row)) for row in undo]
        standing = {
            path: file
            for path, file in ledger.applied_files(connection).items()
            if file.kind != "seed"
        }
        losses = [loss for _, way in ways for loss in losses_of(connection, way)]
        plan = Plan(tuple(r.version for r in undo), len(standing), tuple(losses))
        if not undo or not confirm(plan):
            return RolledBack(plan, confirmed=not undo)
        who = ledger.origin(settings.root)
        limits = transaction.patience(connection, settings.lock_timeout, settings.lock_attempts)
        batch = declare.Batch(connection, project.declared, who)

        def retry(work: Callable[[], None], needs: Iterable[Need]) -> None:
            def guarded() -> None:
                transaction.take_locks(connection, needs, limits.milliseconds)
                work()
                lock.assert_held(connection)

            transaction.with_retries(
                connection, guarded, lambda: needs, limits, progress.note, transaction.Attempts()
            )

        fingerprint.mark(connection, fingerprint.drift(connection, project.schemas) or ())
        progress.start(len(ways) + 1, "rollback")
        progress.step("declared objects")
        retry(lambda: _ignore(batch.drop_all(standing)), batch.locks(standing))
        for row, way in ways:
            progress.step(row.version)
            undo_one(settings, connection, row, way, who, retry)
        with connection.transaction():
            fingerprint.save(connection, project.schemas, bare=True)
        return RolledBack(plan, confirmed=True)


def _ignore(value: object) -> None:
    del value


def _way_back(project: Project, row: ledger.AppliedMigration) -> SourceFile:
    """The checkout's down migration, which may have been corrected, else the recorded one."""
    for migration in project.migrations:
        if migration.version == row.version and migration.down is not None:
            return migration.down
    path = f"migrations/{row.module}/{row.version}_{row.slug}.down.sql"
    if row.down_text is None:
        raise HistoryError(
            "this version has no down migration",
            path=path,
            hint="Write the file; nothing was undone.",
        )
    return SourceFile(path, row.down_text, "")


def undo_one(
    settings: Settings,
    connection: Connection,
    row: ledger.AppliedMigration,
    way: SourceFile,
    who: ledger.Origin,
    retry: Callable[[Callable[[], None], Iterable[Need]], None],
) -> None:
    """Run one down migration and say so in the ledger.

    Args:
        settings: Project and target.
        connection: The target.
        row: The version to undo.
        way: Its down migration.
        who: Ran it.
        retry: Runs the work in a transaction, with the locks that it needs.
    """
    started = datetime.now(UTC)
    statements = script.parse_step(way.text, way.path)
    if way.text.startswith(NO_TRANSACTION):
        with connect.connect(session.url(settings)) as own:
            concurrently.run(own, way, statements, lambda s: None)
        ledger_rows.record_rollback(connection, row, started, who)
        return

    def work() -> None:
        execute.run(connection, statements, way.text, way.path)
        forget_seeds(connection)
        ledger_rows.record_rollback(connection, row, started, who)

    retry(work, locks.needed(statements))


def forget_seeds(connection: Connection) -> None:
    """Forget which rows were seeded in tables that are gone."""
    connection.execute(
        b"""
        delete from util.seeded_rows as s
        where not exists (select from pg_catalog.pg_class as c where c.oid = s.table_id)
        """
    )


def losses_of(connection: Connection, way: SourceFile) -> list[Loss]:
    """Rows that a down migration destroys."""
    losses = []
    for statement in script.parse_step(way.text, way.path):
        for table, column in _destroyed(statement.node):
            rows = _count(connection, table, column)
            if rows:
                what = f"column {table}.{column}" if column else f"table {table}"
                losses.append(Loss(what, rows))
    return losses


def _destroyed(node: Any) -> list[tuple[str, str | None]]:
    if isinstance(node, ast.DropStmt) and node.removeType == enums.ObjectType.OBJECT_TABLE:
        return [(script.dotted(target_), None) for target_ in node.objects]
    if isinstance(node, ast.AlterTableStmt):
        return [
            (script.relation_name(node.relation), str(command.name))
            for command in node.cmds
            if command.subtype == enums.AlterTableType.AT_DropColumn
        ]
    if isinstance(node, ast.TruncateStmt):
        return [(script.relation_name(relation), None) for relation in node.relations]
    return []


def _count(connection: Connection, table: str, column: str | None) -> int:
    """Rows of a table (where the column is not null); 0 where it does not exist."""
    found = connection.execute(
        """
        select count(*) from pg_catalog.pg_attribute
        where attrelid = to_regclass(%s) and (attname = %s or %s::text is null)
        """,
        [table, column, column],
    ).fetchone()
    if not found or not found[0]:
        return 0
    counted = sql.SQL("count({})").format(sql.Identifier(column) if column else sql.SQL("*"))
    row = connection.execute(
        sql.SQL("select {} from {}").format(counted, identifier(table))
    ).fetchone()
    return int(row[0]) if row else 0
