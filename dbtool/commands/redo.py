"""``dbtool redo``: undoes the newest migration and applies it again as it is now.

For a migration that nobody else has: on the embedded server alone. Where it can, all of it is one
transaction, so that a failing edit leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from dbtool.commands import rollback
from dbtool.commands.rollback import Loss
from dbtool.db import connect, declare, execute, fingerprint, ledger, ledger_rows, modules
from dbtool.db.ledger import AppliedFile, AppliedMigration
from dbtool.db.transaction import Attempts
from dbtool.errors import DatabaseError, DbtoolError, HistoryError, UsageError
from dbtool.project import files
from dbtool.project.files import NO_TRANSACTION, Migration, Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner import due, session
from dbtool.runner.executor import Live
from dbtool.runner.progress import Progress
from dbtool.runner.result import Migrated, Options
from dbtool.runner.run import Run
from dbtool.sql import locks, script
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement

# Postgres' answers where something stands on what is to go: dependants, a column of a view.
_HELD = ("2BP01", "0A000")


@dataclass(frozen=True)
class Redone:
    """What was undone and applied again.

    Attributes:
        name: The migration.
        losses: Rows that its down migration destroyed.
        run: What was applied: it, what else was pending, and what had to be declared again.
    """

    name: str
    losses: tuple[Loss, ...]
    run: Migrated


def redo(settings: Settings, progress: Progress) -> Redone:
    """Undo the newest applied migration by its down migration, then migrate.

    Only declared objects that are in the way are dropped; they are declared again in the same
    transaction.

    Args:
        settings: Project and target.
        progress: Where to say what happens.

    Raises:
        UsageError: The target is not the embedded server, or nothing is applied.
        HistoryError: The migration or its down migration is not in the checkout, or another
            applied file was edited.
        DatabaseError: Postgres refused; the database is as it was. (A no-transaction file
            stays undone; the error says so.)
    """
    if not session.is_embedded(settings):
        where = connect.without_password(settings.direct_url or settings.database_url)
        raise UsageError(
            f"redo is for the embedded server alone{f', not for {where}' if where else ''}",
            hint="Put the change into a new migration: others have applied this one too.",
        )
    project = files.load(settings.root)
    with session.exclusive(settings, 600, progress) as (connection, lock):
        ledger.bootstrap(connection)
        project = modules.fit(connection, project)
        fingerprint.check_ledger(connection)
        applied = ledger.applied_migrations(connection)
        if not applied:
            raise UsageError("nothing is applied", hint="Run `dbtool migrate`.")
        newest = applied[max(applied)]
        ways = _ways_back(project, newest)
        losses = tuple(rollback.losses_of(connection, ways[0]))
        decided = due.decide(connection, project, Options(), undone=newest.version)
        live = Live(settings, connection, lock, progress)
        again = next(m for m in project.migrations if m.version == newest.version)
        undoing = _Undoing(live, project, decided.standing.declared, newest, ways)
        name = f"{newest.module}/{newest.version}_{newest.slug}"
        if again.in_transaction and not any(w.text.startswith(NO_TRANSACTION) for w in ways):
            return Redone(name, losses, Run(settings, project, undoing, decided, progress).run())

        def at_once(work: Callable[[], None], needs: Iterable[Need]) -> None:
            del needs
            live.transaction(work, Attempts(), durable=False)

        rollback.undo_one(settings, connection, newest, ways[-1], undoing.who, at_once)
        try:
            return Redone(name, losses, Run(settings, project, live, decided, progress).run())
        except DbtoolError as error:
            error.hint = (
                f"{newest.version} is undone and not applied again: correct the file and run "
                f"`dbtool migrate`. {error.hint}"
            ).rstrip()
            raise


def _ways_back(project: Project, newest: AppliedMigration) -> tuple[SourceFile, ...]:
    """The down migration that was applied with it, then the file there is now, if it differs.

    The first undoes what was applied, even where both files were edited since; the second serves
    where the first was wrong and was corrected.
    """
    path = f"migrations/{newest.module}/{newest.version}_{newest.slug}.sql"
    migration = next((m for m in project.migrations if m.version == newest.version), None)
    if migration is None:
        raise HistoryError(
            "the newest applied migration is not in this checkout, so it cannot be applied again",
            path=path,
            hint="Restore it, or undo it: `dbtool rollback --to VERSION`.",
        )
    if migration.down is None:
        raise HistoryError(
            "this version has no down migration",
            path=path.removesuffix(".sql") + ".down.sql",
            hint="Write the file; nothing was undone.",
        )
    if newest.down_text is None or newest.down_text == migration.down.text:
        return (migration.down,)
    return (SourceFile(migration.down.path, newest.down_text, ""), migration.down)


class _Undoing:
    """Works on the target, and undoes a migration in the transaction that applies it again."""

    # Undoing comes first.
    may_send_at_once = False

    def __init__(
        self,
        live: Live,
        project: Project,
        standing: Mapping[str, AppliedFile],
        undone: AppliedMigration,
        ways: tuple[SourceFile, ...],
    ) -> None:
        self._live = live
        self.connection = live.connection
        self.transaction = live.transaction
        self.settle = live.settle
        self.lock = live.lock
        self.execute_alone = live.execute_alone
        self.execute_at_once = live.execute_at_once
        self.declare = live.declare
        self.on_file = live.on_file
        self.assert_locked = live.assert_locked
        self.who = ledger.origin(project.root)
        self._project = project
        self._standing = standing
        self._undone = undone
        self._ways = ways

    def execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Undo the migration by the first down migration that fits, then apply it."""
        if migration.version != self._undone.version:
            self._live.execute(migration, statements)
            return
        failed: tuple[DatabaseError, bool] | None = None
        for way in self._ways:
            is_undone = False
            self.connection.execute(b"savepoint redo_migration")
            try:
                self._undo(way)
                is_undone = True
                self._live.execute(migration, statements)
                return
            except DatabaseError as error:
                self.connection.execute(b"rollback to savepoint redo_migration")
                # The file that people see is the one to speak of, unless it did not fit.
                if failed is None or is_undone or not failed[1]:
                    failed = (error, is_undone)
        if failed:
            raise failed[0]

    def _undo(self, way: SourceFile) -> None:
        """Run a down migration; where declared objects are in the way, drop those, at worst all."""
        started = datetime.now(UTC)
        statements = script.parse_step(way.text, way.path)
        needs = locks.needed(statements)
        tables = sorted({need.relation for need in needs})
        ways_to_make_room: tuple[Callable[[declare.Batch], object], ...] = (
            lambda batch: batch.drop_dependants(self._standing, tables),
            lambda batch: batch.drop_all(self._standing),
        )
        self.connection.execute(b"savepoint undo_migration")
        for make_room in (None, *ways_to_make_room):
            try:
                if make_room:
                    make_room(declare.Batch(self.connection, self._project.declared, self.who))
                execute.run(self.connection, statements, way.text, way.path)
                break
            except (DatabaseError, psycopg.Error) as error:
                if error.sqlstate not in _HELD or make_room is ways_to_make_room[-1]:
                    raise
                self.connection.execute(b"rollback to savepoint undo_migration")
        rollback.forget_seeds(self.connection)
        ledger_rows.record_rollback(self.connection, self._undone, started, self.who)
