"""A run on a scratch database, a statement at a time, watched for what it locks and reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pglast import ast

from dbtool.db import concurrently, execute, transaction
from dbtool.db.connect import Connection
from dbtool.db.lock import RunnerLock
from dbtool.db.observe import Effect, Observer, State
from dbtool.db.transaction import Attempts
from dbtool.project.files import Migration
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.executor import Live
from dbtool.runner.progress import Progress
from dbtool.sql import locks
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement


@dataclass(frozen=True)
class Seen:
    """A statement as it was rehearsed.

    Attributes:
        path: The file.
        transaction: Number of the transaction it ran in, counted from 1; None outside of any.
        locks: The locks that a run takes before it, by table.
        statement: None for a declared file or a seed, whose statements are seen as one.
        effects: What it did to relations.
    """

    path: str
    transaction: int | None
    locks: Mapping[str, str]
    statement: Statement | None
    effects: tuple[Effect, ...]


class Watched:
    """Works on a scratch database and remembers what was seen."""

    # Each statement is to be seen by itself.
    may_send_at_once = False

    def __init__(
        self, settings: Settings, connection: Connection, lock: RunnerLock, progress: Progress
    ) -> None:
        self._live = Live(settings, connection, lock, progress)
        self.connection = connection
        self.settle = self._live.settle
        self.execute_at_once = self._live.execute_at_once
        self.declare = self._live.declare
        self.assert_locked = self._live.assert_locked
        self.seen: list[Seen] = []
        self._observer = Observer(connection)
        self._progress = progress
        self._url = session.url(settings)
        self._transaction = 0
        self._taken: Mapping[str, str] = {}
        self._open_file: tuple[str, Mapping[int, State]] | None = None

    def transaction(self, work: Callable[[], None], attempts: Attempts, durable: bool) -> None:
        """Number it."""
        self._transaction += 1
        self._taken = {}

        def watched() -> None:
            work()
            self._end_file()

        self._live.transaction(watched, attempts, durable)

    def lock(self, needs: Iterable[Need]) -> None:
        """Do not: the locks that each statement takes by itself are to be seen."""
        self._taken = self._locks(needs)

    def _locks(self, needs: Iterable[Need]) -> dict[str, str]:
        """The tables as the observer names them."""
        resolved = transaction.resolve(self.connection, needs)
        return {
            table.removeprefix("only ").replace('"', ""): mode for table, mode in resolved.items()
        }

    def execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Look at the database after each statement."""
        source = migration.up
        before = self._observer.read()
        for statement in statements:
            self._progress.detail(statement.summary)
            execute.run(self.connection, [statement], source.text, source.path)
            after = self._observer.read()
            asked = self._locks(locks.needed([statement]))
            effects = self._observer.between(before, after, asked)
            if isinstance(statement.node, ast.TruncateStmt):
                # It reads the empty table, to make the indexes anew.
                effects = tuple(replace(effect, scans=False) for effect in effects)
            self._note(source.path, self._transaction, statement, effects)
            before = after

    def execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Stop it by a blocker on each of its tables, and read its locks while it waits."""
        source = migration.up
        self._taken = {}

        def work(own: Connection) -> None:
            def shown(statement: Statement) -> None:
                self._progress.detail(statement.summary)

            concurrently.run(own, source, statements, shown, again=False)

        tables = concurrently.tables(self.connection, source, statements)
        effects = self._observer.alone(self._url, tables, work)
        self._note(source.path, None, statements[0], effects)

    def on_file(self, path: str) -> None:
        """Declared files and seeds are seen as a whole."""
        self._live.on_file(path)
        self._end_file()
        self._open_file = (path, self._observer.read())

    def _end_file(self) -> None:
        if self._open_file is not None:
            path, before = self._open_file
            effects = self._observer.between(before, self._observer.read())
            self._note(path, self._transaction, None, effects)
        self._open_file = None

    def _note(
        self,
        path: str,
        transaction: int | None,
        statement: Statement | None,
        effects: tuple[Effect, ...],
    ) -> None:
        self.seen.append(Seen(path, transaction, self._taken, statement, effects))
