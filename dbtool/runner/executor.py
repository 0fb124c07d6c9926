"""How the steps of a run reach the database.

`Run` decides what happens and in which order; an executor carries it out. `Live` is what
``migrate`` uses. `Watched` (plan) and `Recorded` (export) do the same on a scratch database and
look at it, so that neither can drift from ``migrate``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from dbtool.db import concurrently, connect, execute, ledger, transaction
from dbtool.db.connect import Connection
from dbtool.db.lock import RunnerLock
from dbtool.db.transaction import Attempts
from dbtool.project.files import Migration, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.pending import watched
from dbtool.runner.progress import Progress
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement


class Executor(Protocol):
    """Carries out what a run decides.

    Attributes:
        connection: The session in which transactions run.
        may_send_at_once: Whether a quick migration may travel with its ledger row and its commit
            in one message.
    """

    connection: Connection
    may_send_at_once: bool

    def transaction(self, work: Callable[[], None], attempts: Attempts, durable: bool) -> None:
        """Run a unit of work in a transaction, again where users are in its way."""

    def settle(self) -> None:
        """Give the next file of an open transaction the settings that it would begin with."""

    def lock(self, needs: Iterable[Need]) -> None:
        """Take the locks that the next statements of the open transaction need."""

    def execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Run a migration's statements in the open transaction."""

    def execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Run the statement of a no-transaction file on a connection of its own."""

    def execute_at_once(
        self,
        migration: Migration,
        statements: tuple[Statement, ...],
        row: bytes,
        meanwhile: Callable[[], None],
    ) -> bool:
        """Send a quick migration, its ledger row and the commit in one message.

        Args:
            migration: The file.
            statements: Its statements.
            row: The statement that writes its ledger row.
            meanwhile: Called while the server is at work.

        Returns:
            False where users were in the way: nothing was changed.
        """

    def declare(self, source: SourceFile, statements: Iterable[Statement]) -> None:
        """Run statements of a declared file in the open transaction."""

    def on_file(self, path: str) -> None:
        """A declared file or a seed is about to be applied or dropped."""

    def assert_locked(self) -> None:
        """The run still holds its lock.

        Raises:
            LockError: It was lost.
        """


class Live:
    """Works on the target; the protocol says what each method does."""

    may_send_at_once = True

    def __init__(
        self, settings: Settings, connection: Connection, lock: RunnerLock, progress: Progress
    ) -> None:
        self.connection = connection
        self._limits = transaction.patience(
            connection, settings.lock_timeout, settings.lock_attempts
        )
        self._lock = lock
        self._progress = progress
        self._url = session.url(settings)
        self._needs: tuple[Need, ...] = ()

    def transaction(self, work: Callable[[], None], attempts: Attempts, durable: bool) -> None:
        """Commit only while the run's lock is held."""
        self._needs = ()

        def guarded() -> None:
            work()
            self.assert_locked()

        transaction.with_retries(
            self.connection,
            guarded,
            lambda: self._needs,
            self._limits,
            self._progress.note,
            attempts,
            durable,
        )

    def settle(self) -> None:
        """As the protocol says."""
        transaction.settle(self.connection, self._limits.milliseconds)

    def lock(self, needs: Iterable[Need]) -> None:
        """In one statement, whose whole wait is bounded."""
        self._needs = tuple(needs)
        transaction.take_locks(self.connection, self._needs, self._limits.milliseconds)

    def execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Say which statement is at work."""
        with watched(self._url, self.connection, migration, statements, self._progress) as at_work:
            source = migration.up
            execute.run(self.connection, statements, source.text, source.path, at_work)

    def execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Finish first what an interrupted run left half done."""
        with (
            connect.connect(self._url) as own,
            watched(self._url, own, migration, statements, self._progress) as at_work,
        ):
            again = ledger.was_started(self.connection, migration.version)
            concurrently.run(own, migration.up, statements, at_work, again)

    def execute_at_once(
        self,
        migration: Migration,
        statements: tuple[Statement, ...],
        row: bytes,
        meanwhile: Callable[[], None],
    ) -> bool:
        """The message checks the run's lock before it commits."""
        return transaction.at_once(
            self.connection,
            migration.up,
            statements,
            row,
            self._lock.check,
            self._limits.milliseconds,
            meanwhile,
        )

    def declare(self, source: SourceFile, statements: Iterable[Statement]) -> None:
        """As the protocol says."""
        execute.run(self.connection, statements, source.text, source.path)

    def on_file(self, path: str) -> None:
        """Show it."""
        self._progress.step(path)

    def assert_locked(self) -> None:
        """As the protocol says."""
        self._lock.assert_held(self.connection)
