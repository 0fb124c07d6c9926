"""A run that is written down, so that it can be repeated where dbtool is not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from dbtool.commands.pending import Pending
from dbtool.commands.run import Run
from dbtool.db import declare, execute, ledger, ledger_rows
from dbtool.db.recording import Executed, Recording
from dbtool.project.files import Migration
from dbtool.sql.lasting import lasting
from dbtool.sql.locks import Need
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


class _Batch(declare.Batch):
    """Sends each statement by itself, so that the connection sees it."""

    def _run(self, path: str, statements: Iterable[Statement]) -> None:
        for statement in statements:
            execute.run(self._connection, [statement], self._files[path].source.text, path)


@dataclass
class Recorder(Run):
    """A run on an empty copy of the target that remembers what it does."""

    connection: Recording
    units: list[Unit] = field(default_factory=list)

    _batch_kind: ClassVar = _Batch

    def __post_init__(self) -> None:
        super().__post_init__()
        self._ran: list[Migration] = []
        self._newest_row, _ = ledger_rows.file_rows_since(self.connection, 0)

    def _retry(self, work: Callable[[], None], durable: bool = False) -> None:
        executed: list[Executed] = []

        def recorded() -> None:
            self._ran = []
            executed.clear()
            with self.connection.recorded() as log:
                work()
            executed.extend(log)

        super()._retry(recorded, durable)
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

    def _run_at_once(self, todo: deque[Pending]) -> bool:
        """Do not: each migration is a unit."""
        return False

    def _take_locks(self, needs: Iterable[Need]) -> None:
        """Do not: nobody is in the way here, and the target's locks are taken there."""

    def _execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        with self.connection.silently():
            super()._execute(migration, statements)
        self._ran.append(migration)

    def _run_alone(self, pending: Pending) -> None:
        super()._run_alone(pending)
        self._add(Unit((pending.migration,)))

    def _on_file(self, path: str) -> None:
        super()._on_file(path)
        self.connection.about = path
