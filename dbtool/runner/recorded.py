"""A run that is written down, so that it can be repeated where dbtool is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dbtool.db import execute, ledger, ledger_rows
from dbtool.db.lock import RunnerLock
from dbtool.db.recording_connection import Executed, Recording
from dbtool.db.transaction import Attempts
from dbtool.project.files import Migration, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner.executor import Live
from dbtool.runner.progress import Progress
from dbtool.sql.locks import Need
from dbtool.sql.persistent_statements import lasting
from dbtool.sql.script import Statement

# Every ledger but that of seeded rows, which the merge itself reads and writes.
_LEDGERS = tuple(table for table in ledger.TABLES if table != "util.seeded_rows")


@dataclass(frozen=True)
class Unit:
    """What runs together, in one transaction or as one statement outside of any.

    Attributes:
        migrations: Those in it, in their order, before the statements.
        statements: What was executed for declared files and seeds.
        rows: Statements that write the ledger of those files.
    """

    migrations: tuple[Migration, ...] = ()
    statements: tuple[Executed, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def in_transaction(self) -> bool:
        """Whether it runs in one transaction."""
        return all(migration.in_transaction for migration in self.migrations)


class Recorded:
    """Works on an empty copy of the target, and remembers what it did as units."""

    # Each migration is a unit.
    may_send_at_once = False

    def __init__(
        self, settings: Settings, connection: Recording, lock: RunnerLock, progress: Progress
    ) -> None:
        self._live = Live(settings, connection, lock, progress)
        self._recording = connection
        self.connection = self._live.connection
        self.settle = self._live.settle
        self.execute_at_once = self._live.execute_at_once
        self.assert_locked = self._live.assert_locked
        self.units: list[Unit] = []
        self._ran: list[Migration] = []
        self._newest_row, _ = ledger_rows.file_rows_since(connection, 0)

    def transaction(self, work: Callable[[], None], attempts: Attempts, durable: bool) -> None:
        """Each one is a unit."""
        executed: list[Executed] = []

        def recorded() -> None:
            self._ran = []
            executed.clear()
            with self._recording.recorded() as log:
                work()
            executed.extend(log)

        self._live.transaction(recorded, attempts, durable)
        self._newest_row, rows = ledger_rows.file_rows_since(self.connection, self._newest_row)
        statements = tuple(
            Executed(sent.about, text) for sent in executed for text in lasting(sent.text, _LEDGERS)
        )
        self._add(Unit(tuple(self._ran), statements, tuple(r.as_string(None) for r in rows)))

    def _add(self, unit: Unit) -> None:
        """Declared files and the seeds after them are one unit: both need all migrations only."""
        if not unit.migrations and self.units and not self.units[-1].migrations:
            last = self.units.pop()
            unit = Unit((), last.statements + unit.statements, last.rows + unit.rows)
        if unit != Unit():
            self.units.append(unit)

    def lock(self, needs: Iterable[Need]) -> None:
        """Do not: nobody is in the way here, and the target's locks are taken there."""

    def execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """The unit holds the file itself instead of its statements."""
        with self._recording.silently():
            self._live.execute(migration, statements)
        self._ran.append(migration)

    def execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """A unit of its own."""
        self._live.execute_alone(migration, statements)
        self._add(Unit((migration,)))

    def declare(self, source: SourceFile, statements: Iterable[Statement]) -> None:
        """Send each statement by itself, so that the connection sees it."""
        for statement in statements:
            execute.run(self.connection, [statement], source.text, source.path)

    def on_file(self, path: str) -> None:
        """All statements from now on are about this file."""
        self._live.on_file(path)
        self._recording.about = path
