"""One run on a target, under the lock: migrations, then declared files, then reference rows."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg

from dbtool.db import (
    declare,
    declared_objects,
    due_seeds,
    fingerprint,
    ledger,
    ledger_rows,
    merge_seeds,
    partitions,
    transaction,
)
from dbtool.db.catalog import Difference
from dbtool.db.declared_objects import Change
from dbtool.db.due_seeds import Seeded
from dbtool.errors import DbtoolError, FileError, LockError
from dbtool.project.files import Migration, Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner.due import Due
from dbtool.runner.executor import Executor
from dbtool.runner.pending import Pending
from dbtool.runner.progress import Progress
from dbtool.runner.result import AppliedStep, Migrated
from dbtool.sql import locks


def _said(error: DbtoolError) -> str:
    """An error on one line, for the ledger."""
    return " ".join(part for part in (error.sqlstate, error.place, error.message) if part)


@dataclass
class Run:
    """One run on a target, under the lock.

    Attributes:
        settings: The project's.
        project: The files.
        executor: Carries out what the run decides.
        due: What is to be done.
        progress: Where to say what happens.
    """

    settings: Settings
    project: Project
    executor: Executor
    due: Due
    progress: Progress
    steps: list[AppliedStep] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = self.executor.connection
        self.who = ledger.origin(self.settings.root)
        self.standing = self.due.standing.declared
        self.declared_before: dict[tuple[str, str], str] = {}
        self.declared_is_done = False
        self.attempts = transaction.Attempts()
        self.at_file = ""

    def run(self) -> Migrated:
        """Do all of it."""
        due = self.due
        todo = deque(Pending(migration, self.who) for migration in due.migrations)
        if due.drift:
            fingerprint.mark(self.connection, due.drift)
            names = [f"{d.change} {d.kind} {d.identity}" for d in due.drift[:5]]
            self.progress.note(
                f"{len(due.drift)} objects are not as the last run left them, such as "
                + "; ".join(names)
            )
        if todo and not due.at_head:
            self._drop_declared()
        if todo and self.standing:
            live = declared_objects.live_objects(self.connection)
            self.declared_before = {k: path for k, path in live.items() if path in self.standing}
        self.progress.start(len(todo), "migrations")
        while todo:
            if not todo[0].migration.in_transaction:
                self._run_alone(todo.popleft())
            elif not self._run_at_once(todo):
                self._run_span(todo)
        if due.at_head and not self.declared_is_done:
            self._declare()
        seeds = self._seed_and_record()
        return Migrated(tuple(self.steps), tuple(self.changes), seeds, due.drift)

    def _transaction(self, work: Callable[[], None], durable: bool = False) -> None:
        self.attempts = transaction.Attempts()
        self.executor.transaction(work, self.attempts, durable)

    def _on_file(self, path: str) -> None:
        """A declared file or a seed is about to be applied or dropped."""
        self.at_file = path
        self.executor.on_file(path)

    def _run_at_once(self, todo: deque[Pending]) -> bool:
        """Run the first migration in one round trip, if nothing in it can take long or take away.

        Returns:
            False where it is not so quick, or users were in its way: it is still to be run.
        """
        migration, statements = todo[0].migration, todo[0].statements
        if not (self.executor.may_send_at_once and todo[0].is_quick):
            return False
        self.attempts = transaction.Attempts(count=1)
        self.progress.step(migration.name)
        try:
            is_done = self.executor.execute_at_once(
                migration,
                statements,
                todo[0].row.as_bytes(self.connection),
                lambda: self._look_ahead(todo),
            )
        except DbtoolError as error:
            self._record_failure(migration, error)
            raise
        if is_done:
            self._done(migration)
            todo.popleft()
        return is_done

    def _look_ahead(self, todo: deque[Pending]) -> None:
        """Read the next file while the server works on this one."""
        if len(todo) > 1:
            with contextlib.suppress(FileError):  # it is said when the file's turn comes
                _ = todo[1].is_quick and todo[1].row

    def _done(self, migration: Migration) -> None:
        took = datetime.now(UTC) - self.attempts.started_at
        milliseconds = int(took.total_seconds() * 1000)
        self.steps.append(AppliedStep(migration.name, milliseconds, self.attempts.count))

    def _run_span(self, todo: deque[Pending]) -> None:
        """Run the first migration; while declared objects are missing, go on in its transaction."""
        at_work = todo[0].migration
        steps: list[AppliedStep] = []

        def work() -> None:
            nonlocal at_work
            steps.clear()
            for pending in todo:
                migration, statements = pending.migration, pending.statements
                at_work = migration
                if steps and not migration.in_transaction:
                    raise FileError(
                        "a no-transaction file stands between a migration that drops declared "
                        "objects and their re-declaration",
                        path=migration.up.path,
                        line=1,
                        hint=f"Date it before {steps[0].name}, or deploy it in a later run.",
                    )
                began = time.monotonic()
                self.progress.step(migration.name)
                if steps:
                    self.executor.settle()
                self.executor.lock(locks.needed(statements))
                self.executor.execute(migration, statements)
                self._record(migration, "applied")
                took = int((time.monotonic() - began) * 1000)
                steps.append(AppliedStep(migration.name, took, self.attempts.count))
                if not self._misses_declared():
                    return
            if self.due.at_head:
                self._declare_now()

        try:
            self._transaction(work)
        except DbtoolError as error:
            error.path = error.path or at_work.up.path
            self._record_failure(at_work, error)
            raise
        self.steps += steps
        for _ in steps:
            todo.popleft()

    def _misses_declared(self) -> bool:
        """Whether a declared object that the last run left is gone."""
        if not self.standing:
            return False
        live = declared_objects.live_objects(self.connection)
        return not self.declared_before.keys() <= live.keys()

    def _run_alone(self, pending: Pending) -> None:
        """Run a no-transaction file on a connection of its own."""
        migration = pending.migration
        self.attempts = transaction.Attempts()
        self.progress.step(migration.name)
        self._record(migration, "started")
        try:
            self.executor.execute_alone(migration, pending.statements)
            self.executor.assert_locked()
        except DbtoolError as error:
            if isinstance(error, LockError):
                error.hint = "The file's work may be done already: run the same command again."
            self._record_failure(migration, error)
            raise
        self._record(migration, "applied")
        self._done(migration)

    def _record(self, migration: Migration, status: str, error: str | None = None) -> None:
        run = self.attempts.as_run(error)
        ledger_rows.record_migration(self.connection, migration, status, run, self.who)

    def _record_failure(self, migration: Migration, error: DbtoolError) -> None:
        with contextlib.suppress(psycopg.Error):  # the first error is the one to report
            self._record(migration, "failed", _said(error))

    def _drop_declared(self) -> None:
        """Older tables cannot carry today's functions and policies."""
        batch = self._batch()

        def work() -> None:
            self.executor.lock(batch.locks(self.standing))
            self.changes = [Change(path, "dropped") for path in batch.drop_all(self.standing)]

        self._transaction(work)
        self.standing = {}

    def _declare(self) -> None:
        """Apply changed declared files in a transaction of their own."""
        try:
            self._transaction(self._declare_now)
        except DbtoolError as error:
            for file in self.project.declared:
                if file.source.path == (error.path or self.at_file):
                    self._record_failed_file(file.source, file.kind, file.object_name, error)
            raise

    def _record_failed_file(
        self, source: SourceFile, kind: str, object_name: str, error: DbtoolError
    ) -> None:
        run = self.attempts.as_run(_said(error))
        with contextlib.suppress(psycopg.Error):  # the first error is the one to report
            ledger_rows.record_file(self.connection, source, kind, object_name, None, run, self.who)

    def _batch(self) -> declare.Batch:
        return declare.Batch(
            self.connection,
            self.project.declared,
            self.who,
            self._on_file,
            self.attempts,
            self.executor.declare,
        )

    def _declare_now(self) -> None:
        """Apply changed declared files in the open transaction."""
        batch = self._batch()
        differing: tuple[Difference, ...] = ()
        if self.due.is_comparable:
            differing = fingerprint.differences(self.connection, self.project.schemas)
        changed = declared_objects.changed_files(self.project.declared, self.standing, differing)
        present = {file.source.path for file in self.project.declared}
        live = declared_objects.live_objects(self.connection)
        changed |= {p for key, p in self.declared_before.items() if key not in live} & present
        changed |= {c.path for c in self.due.declared if c.action == "applied"} & present
        changed |= batch.missing()
        removed = set(self.standing) - present
        self.progress.start(len(changed), "declared files")
        self.at_file = min(changed, default="")
        self.executor.lock(batch.locks(changed | removed))
        self.changes = batch.apply(self.standing, changed)
        self.declared_is_done = True

    def _seed_and_record(self) -> tuple[Seeded, ...]:
        # Migrations may have made a table anew, whose rows are due again.
        reference = self.project.seeds("reference")
        due = due_seeds.due(self.connection, reference, self.due.standing.seeds)
        merged: list[Seeded] = []

        def work() -> None:
            merged.clear()
            run = self.attempts.as_run()
            for file in due if self.due.at_head else ():
                self._on_file(file.path)
                merged.append(merge_seeds.seed_reference(self.connection, file, run, self.who))
            if self.due.at_head:
                partitions.ensure_new(self.connection)
            fingerprint.save(self.connection, self.project.schemas)
            # PostgREST reads the schema again.
            self.connection.execute(b"notify pgrst, 'reload schema'")

        try:
            self._transaction(work, durable=True)
        except DbtoolError as error:
            for file in due:
                if file.path == error.path:
                    table = ".".join(file.path.removesuffix(".sql").split("/")[2:])
                    self._record_failed_file(file, "seed", table, error)
            raise
        return tuple(merged)
