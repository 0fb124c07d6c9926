"""Migrations that are to be run, and what is shown while they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from psycopg import sql

from dbtool.db import execute, index_progress, ledger_rows
from dbtool.db.connect import Connection
from dbtool.db.ledger import Origin
from dbtool.errors import FileError
from dbtool.project.files import Migration
from dbtool.runner.progress import Progress
from dbtool.sql import batches, locks, script
from dbtool.sql.script import Statement


class Pending:
    """A migration to be run; its needs are worked out when they are first asked for."""

    def __init__(self, migration: Migration, who: Origin) -> None:
        self.migration = migration
        self._who = who
        if not script.is_plain_step(migration.up.text):
            _ = self.statements  # so that what is wrong with it is said before anything runs

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What it holds.

        Raises:
            FileError: Not SQL, empty, or handling transactions itself.
        """
        source = self.migration.up
        statements = script.parse_step(source.text, source.path)
        if not statements:
            raise FileError(
                "an empty migration",
                path=source.path,
                hint="Write it or delete it: once applied, it can never be filled.",
            )
        return statements

    @cached_property
    def is_quick(self) -> bool:
        """Whether nothing in it can take long, and no table is to be locked for it."""
        return batches.is_quick(self.statements) and not locks.needed(self.statements)

    @cached_property
    def row(self) -> sql.Composed:
        """The statement that writes its ledger row where the first attempt succeeds."""
        return ledger_rows.migration_row(self.migration, "applied", None, self._who)


@contextmanager
def watched(
    url: str,
    worker: Connection,
    migration: Migration,
    statements: tuple[Statement, ...],
    progress: Progress,
) -> Iterator[execute.OnStatement]:
    """Show the statement at work, how far an index is, and whom it waits for.

    Args:
        url: The target, for a session that looks.
        worker: The connection that runs the statements.
        migration: The file.
        statements: Its statements.
        progress: Where to show it.
    """
    summary = ""
    told: set[str] = set()

    def at_work(statement: Statement) -> None:
        nonlocal summary
        summary = statement.summary
        progress.detail(summary)

    def report(text: str) -> None:
        progress.detail(f"{summary}: {text}")
        if "waits for" in text and text not in told:
            told.add(text)
            progress.note(f"{migration.name}: {text}")

    if not batches.builds_index(statements):
        yield at_work
        return
    with index_progress.reported(url, worker, report):
        yield at_work
