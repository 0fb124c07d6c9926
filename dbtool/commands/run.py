"""One run on a target, under the lock: migrations, then declared files, then reference rows."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

import psycopg

from dbtool.commands import history, target
from dbtool.commands.migrate import Migrated, Options, Step
from dbtool.commands.pending import Pending, watched
from dbtool.commands.progress import Progress
from dbtool.db import (
    concurrently,
    connect,
    declare,
    declared_objects,
    execute,
    ledger,
    ledger_rows,
    partitions,
    record,
    seeding,
    seeds,
    transaction,
)
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import Change
from dbtool.db.lock import RunnerLock
from dbtool.db.seeds import Seeded
from dbtool.errors import DbtoolError, FileError, LockError
from dbtool.project.files import Migration, Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.sql import locks
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement


def _said(error: DbtoolError) -> str:
    """An error on one line, for the ledger."""
    return " ".join(part for part in (error.sqlstate, error.place, error.message) if part)


@dataclass
class Run:
    """One run on a target, under the lock."""

    settings: Settings
    project: Project
    connection: Connection
    lock: RunnerLock
    progress: Progress
    steps: list[Step] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    also_declare: set[str] = field(default_factory=set)

    # Another one where the statements are to be seen.
    _batch_kind: ClassVar = declare.Batch

    def __post_init__(self) -> None:
        self.who = ledger.origin(self.settings.root)
        self.limits = transaction.patience(
            self.connection, self.settings.lock_timeout, self.settings.lock_attempts
        )
        standing = ledger.applied_files(self.connection)
        self.seeded = {p: f for p, f in standing.items() if f.kind == "seed"}
        self.standing = {p: f for p, f in standing.items() if f.kind != "seed"}
        self.comparable = record.is_comparable(self.connection)
        self.declared_before: dict[tuple[str, str], str] = {}
        self.declared_is_done = False
        self.attempts = transaction.Attempts()
        self.needs: tuple[Need, ...] = ()
        self.at_file = ""

    def run(self, options: Options) -> Migrated:
        """Do all of it."""
        applied = self._applied()
        pending = history.pending(self.project, applied, options.allow_out_of_order, options.to)
        todo = deque(Pending(migration, self.who) for migration in pending)
        self.drift = record.drift(self.connection, self.project.schemas) or ()
        if self.drift:
            record.mark(self.connection, self.drift)
            names = [f"{d.change} {d.kind} {d.identity}" for d in self.drift[:5]]
            self.progress.note(
                f"{len(self.drift)} objects are not as the last run left them, such as "
                + "; ".join(names)
            )
        at_head = options.to is None or options.to == self.project.head
        if pending and not at_head:
            self._drop_declared()
        if pending and self.standing:
            live = declared_objects.live_objects(self.connection)
            self.declared_before = {k: path for k, path in live.items() if path in self.standing}
        self.progress.start(len(pending), "migrations")
        while todo:
            if not todo[0].migration.in_transaction:
                self._run_alone(todo.popleft())
            elif not self._run_at_once(todo):
                self._run_span(todo, at_head)
        if at_head and not self.declared_is_done:
            self._declare()
        seeds = self._seed_and_record(at_head)
        return Migrated(tuple(self.steps), tuple(self.changes), seeds, self.drift)

    def _applied(self) -> Mapping[str, ledger.AppliedMigration]:
        """The versions that stand."""
        return ledger.applied_migrations(self.connection)

    def _retry(self, work: Callable[[], None], durable: bool = False) -> None:
        self.attempts = transaction.Attempts()
        self.needs = ()

        def guarded() -> None:
            work()
            self.lock.assert_held(self.connection)

        transaction.with_retries(
            self.connection,
            guarded,
            lambda: self.needs,
            self.limits,
            self.progress.note,
            self.attempts,
            durable,
        )

    def _take_locks(self, needs: Iterable[Need]) -> None:
        self.needs = tuple(needs)
        transaction.take_locks(self.connection, self.needs, self.limits.milliseconds)

    def _execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        source = migration.up
        with watched(
            target.url(self.settings), self.connection, migration, statements, self.progress
        ) as at_work:
            execute.run(self.connection, statements, source.text, source.path, at_work)

    def _execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        url = target.url(self.settings)
        with (
            connect.connect(url) as own,
            watched(url, own, migration, statements, self.progress) as at_work,
        ):
            again = ledger.was_started(self.connection, migration.version)
            concurrently.run(own, migration.up, statements, at_work, again)

    def _on_file(self, path: str) -> None:
        """A declared file or a seed is about to be applied or dropped."""
        self.at_file = path
        self.progress.step(path)

    def _run_at_once(self, todo: deque[Pending]) -> bool:
        """Run the first migration in one journey, if nothing in it can take long or take away.

        Returns:
            False where it is not so quick, or users were in its way: it is still to be run.
        """
        migration, statements = todo[0].migration, todo[0].statements
        if not todo[0].is_quick:
            return False
        self.attempts = transaction.Attempts(count=1)
        self.progress.step(migration.name)
        try:
            is_done = transaction.at_once(
                self.connection,
                migration.up,
                statements,
                todo[0].row.as_bytes(self.connection),
                self.lock.check,
                self.limits.milliseconds,
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
        self.steps.append(Step(migration.name, milliseconds, self.attempts.count))

    def _run_span(self, todo: deque[Pending], at_head: bool) -> None:
        """Run the first migration; while declared objects are missing, go on in its transaction."""
        at_work = todo[0].migration
        steps: list[Step] = []

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
                    transaction.settle(self.connection, self.limits.milliseconds)
                self._take_locks(locks.needed(statements))
                self._execute(migration, statements)
                self._record(migration, "applied")
                took = int((time.monotonic() - began) * 1000)
                steps.append(Step(migration.name, took, self.attempts.count))
                if not self._misses_declared():
                    return
            if at_head:
                self._declare_now()

        try:
            self._retry(work)
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
            self._execute_alone(migration, pending.statements)
            self.lock.assert_held(self.connection)
        except DbtoolError as error:
            if isinstance(error, LockError):
                error.hint = "What the file does may be done already: run the same command again."
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
        batch = declare.Batch(self.connection, self.project.declared, self.who, self._on_file)

        def work() -> None:
            self._take_locks(batch.locks(self.standing))
            self.changes = [Change(path, "dropped") for path in batch.drop_all(self.standing)]

        self._retry(work)
        self.standing = {}

    def _declare(self) -> None:
        """Apply changed declared files in a transaction of their own."""
        try:
            self._retry(self._declare_now)
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

    def _declare_now(self) -> None:
        """Apply changed declared files in the open transaction."""
        batch = self._batch_kind(
            self.connection, self.project.declared, self.who, self._on_file, self.attempts
        )
        differing: tuple[Difference, ...] = ()
        if self.comparable:
            differing = record.differences(self.connection, self.project.schemas)
        changed = declared_objects.changed_files(self.project.declared, self.standing, differing)
        present = {file.source.path for file in self.project.declared}
        live = declared_objects.live_objects(self.connection)
        changed |= {p for key, p in self.declared_before.items() if key not in live} & present
        changed |= batch.missing() | (self.also_declare & present)
        removed = set(self.standing) - present
        self.progress.start(len(changed), "declared files")
        self.at_file = min(changed, default="")
        self._take_locks(batch.locks(changed | removed))
        self.changes = batch.apply(self.standing, changed)
        self.declared_is_done = True

    def _seed_and_record(self, at_head: bool) -> tuple[Seeded, ...]:
        due = seeds.due(self.connection, self.project.seeds("reference"), self.seeded)
        merged: list[Seeded] = []

        def work() -> None:
            merged.clear()
            run = self.attempts.as_run()
            for file in due if at_head else ():
                self._on_file(file.path)
                merged.append(seeding.seed_reference(self.connection, file, run, self.who))
            if at_head:
                partitions.ensure_new(self.connection)
            record.save(self.connection, self.project.schemas)
            # PostgREST reads the schema again.
            self.connection.execute(b"notify pgrst, 'reload schema'")

        try:
            self._retry(work, durable=True)
        except DbtoolError as error:
            for file in due:
                if file.path == error.path:
                    table = ".".join(file.path.removesuffix(".sql").split("/")[2:])
                    self._record_failed_file(file, "seed", table, error)
            raise
        return tuple(merged)
