"""``dbtool migrate``: brings a database to the state of the files."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from dbtool.commands import history, target
from dbtool.commands.progress import Progress
from dbtool.db import (
    catalog,
    concurrently,
    connect,
    declare,
    execute,
    ledger,
    seeding,
    transaction,
)
from dbtool.db.connect import Connection
from dbtool.db.lock import RunnerLock
from dbtool.errors import DbtoolError, FileError
from dbtool.project import files
from dbtool.project.files import Migration, Project
from dbtool.project.settings import Settings
from dbtool.sql import locks, script
from dbtool.sql.script import Statement


@dataclass(frozen=True)
class Step:
    """One migration of a run."""

    name: str
    milliseconds: int
    attempts: int


@dataclass(frozen=True)
class Migrated:
    """What a run did.

    Attributes:
        migrations: Applied, in order (with ``--dry-run``: those that would be).
        declared: What happened to declared files.
        seeds: What became of reference rows.
        drift: How the database differed from what the last run left, before this one began.
        dry_run: Nothing was done.

    """

    migrations: tuple[Step, ...]
    declared: tuple[declare.Change, ...]
    seeds: tuple[seeding.Seeded, ...]
    drift: tuple[catalog.Difference, ...]
    dry_run: bool = False


@dataclass(frozen=True)
class Options:
    """Arguments of ``migrate``."""

    to: str | None = None
    dry_run: bool = False
    allow_out_of_order: tuple[str, ...] = ()
    lock_wait: float = 600


def migrate(settings: Settings, options: Options, progress: Progress) -> Migrated:
    """Run what is pending: migrations, then declared files, then reference rows.

    Raises:
        HistoryError: Files contradict the ledger.
        LockError: Another runner, or users of a table, were in the way for too long.
        DatabaseError: Postgres refused; the file at fault left nothing behind.

    """
    project = files.load(settings.root)
    if options.dry_run:
        return _dry_run(settings, options, project)
    with target.exclusive(settings, options.lock_wait, progress) as (connection, lock):
        ledger.bootstrap(connection)
        return _Run(settings, project, connection, lock, progress).run(options)


def _dry_run(settings: Settings, options: Options, project: Project) -> Migrated:
    with connect.connect(target.url(settings)) as connection:
        connect.check_platform(connection)
        known = ledger.exists(connection)
        applied = ledger.applied_migrations(connection) if known else {}
        standing = ledger.applied_files(connection) if known else {}
        pending = history.pending(project, applied, options.allow_out_of_order, options.to)
        for migration in pending:
            script.parse_step(migration.up.text, migration.up.path)
        declared_standing = {p: f for p, f in standing.items() if f.kind != "seed"}
        changed = declare.changed_files(project.declared, declared_standing, ())
        present = {file.source.path for file in project.declared}
        changes = [declare.Change(path, "applied") for path in sorted(changed)]
        changes += [
            declare.Change(path, "dropped") for path in declared_standing if path not in present
        ]
        drift = _drift(connection, project) if known else ()
        steps = tuple(Step(m.name, 0, 0) for m in pending)
        return Migrated(steps, tuple(changes), (), drift, dry_run=True)


def _drift(connection: Connection, project: Project) -> tuple[catalog.Difference, ...]:
    recorded = ledger.recorded_catalog(connection)
    if recorded is None:
        return ()
    live = catalog.definitions(catalog.read(connection, project.schemas))
    return tuple(catalog.compare(recorded, live))


@dataclass
class _Run:
    """One run on a target, under the lock."""

    settings: Settings
    project: Project
    connection: Connection
    lock: RunnerLock
    progress: Progress
    steps: list[Step] = field(default_factory=list)
    changes: list[declare.Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.who = ledger.origin(self.settings.root)
        self.limits = transaction.patience(
            self.connection, self.settings.lock_timeout, self.settings.lock_attempts
        )
        standing = ledger.applied_files(self.connection)
        self.seeded = {p: f for p, f in standing.items() if f.kind == "seed"}
        self.standing = {p: f for p, f in standing.items() if f.kind != "seed"}
        self.recorded = ledger.recorded_catalog(self.connection)
        self.declared_before: set[tuple[str, str]] = set()
        self.declared_is_done = False

    def run(self, options: Options) -> Migrated:
        """Do all of it."""
        applied = ledger.applied_migrations(self.connection)
        pending = history.pending(self.project, applied, options.allow_out_of_order, options.to)
        parsed = [(m, script.parse_step(m.up.text, m.up.path)) for m in pending]
        self.drift = _drift(self.connection, self.project)
        at_head = options.to is None or options.to == self.project.migrations[-1].version
        if pending and not at_head:
            self._drop_declared()
        if pending and self.standing:
            live = declare.live_objects(self.connection)
            self.declared_before = {key for key, path in live.items() if path in self.standing}
        self.progress.start(len(pending), "migrations")
        while parsed:
            if parsed[0][0].in_transaction:
                parsed = parsed[self._run_span(parsed, at_head) :]
            else:
                self._run_alone(*parsed.pop(0))
        if at_head and not self.declared_is_done:
            self._declare()
        seeds = self._seed_and_record(at_head)
        return Migrated(tuple(self.steps), tuple(self.changes), seeds, self.drift)

    def _retry(
        self, work: Callable[[], None], tables: list[str], attempts: transaction.Attempts
    ) -> None:
        def guarded() -> None:
            work()
            self.lock.assert_held(self.connection)

        transaction.with_retries(
            self.connection, guarded, lambda: tables, self.limits, self.progress.note, attempts
        )

    def _run_span(
        self, parsed: list[tuple[Migration, tuple[Statement, ...]]], at_head: bool
    ) -> int:
        """Run the first migration; while declared objects are missing, go on in its transaction.

        Returns:
            How many migrations were run.

        """
        attempts = transaction.Attempts()
        wanted = [*locks.needed(parsed[0][1])]
        at_work = parsed[0][0]
        steps: list[Step] = []

        def work() -> None:
            nonlocal at_work
            steps.clear()
            for migration, statements in parsed:
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
                transaction.take_locks(
                    self.connection, locks.needed(statements), self.limits.milliseconds
                )
                execute.run(
                    self.connection,
                    statements,
                    migration.up.text,
                    migration.up.path,
                    lambda s: self.progress.detail(s.summary),
                )
                ledger.record_migration(
                    self.connection, migration, "applied", attempts.as_run(), self.who
                )
                took = int((time.monotonic() - began) * 1000)
                steps.append(Step(migration.name, took, attempts.count))
                if not self._misses_declared():
                    return
            if at_head:
                self._declare_now()

        try:
            self._retry(work, wanted, attempts)
        except DbtoolError as error:
            self._record_failure(at_work, attempts, error)
            raise
        self.steps += steps
        return len(steps)

    def _misses_declared(self) -> bool:
        """Whether a declared object that the last run left is gone."""
        if not self.standing:
            return False
        live = declare.live_objects(self.connection)
        return not self.declared_before <= live.keys()

    def _run_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        """Run a no-transaction file on a connection of its own."""
        attempts = transaction.Attempts()
        self.progress.step(migration.name)
        ledger.record_migration(self.connection, migration, "started", attempts.as_run(), self.who)
        try:
            with connect.connect(target.url(self.settings)) as own:
                concurrently.run(
                    own, migration.up, statements, lambda s: self.progress.detail(s.summary)
                )
            self.lock.assert_held(self.connection)
        except DbtoolError as error:
            self._record_failure(migration, attempts, error)
            raise
        ledger.record_migration(self.connection, migration, "applied", attempts.as_run(), self.who)
        self.steps.append(Step(migration.name, 0, 1))

    def _record_failure(
        self, migration: Migration, attempts: transaction.Attempts, error: DbtoolError
    ) -> None:
        text = f"{error.sqlstate} {error.message}".strip()
        with contextlib.suppress(psycopg.Error):  # the first error is the one to report
            ledger.record_migration(
                self.connection, migration, "failed", attempts.as_run(text), self.who
            )

    def _drop_declared(self) -> None:
        """Older tables cannot carry today's functions and policies."""
        batch = declare.Batch(self.connection, self.project.declared, self.who)

        def work() -> None:
            self.changes = [
                declare.Change(path, "dropped") for path in batch.drop_all(self.standing)
            ]

        self._retry(work, [*batch.locks(self.standing)], transaction.Attempts())
        self.standing = {}

    def _declare(self) -> None:
        """Apply changed declared files in a transaction of their own, if there are any."""
        drift = _drift(self.connection, self.project) if self.steps else self.drift
        changed = declare.changed_files(self.project.declared, self.standing, drift)
        present = {file.source.path for file in self.project.declared}
        if not changed and set(self.standing) <= present and not self.steps and self.recorded:
            return
        self._retry(self._declare_now, [], transaction.Attempts())

    def _declare_now(self) -> None:
        """Apply changed declared files in the open transaction."""
        batch = declare.Batch(self.connection, self.project.declared, self.who, self.progress.step)
        drift: tuple[catalog.Difference, ...] = ()
        if self.recorded is not None:
            live = catalog.definitions(catalog.read(self.connection, self.project.schemas))
            drift = tuple(catalog.compare(self.recorded, live))
        changed = declare.changed_files(self.project.declared, self.standing, drift)
        changed |= batch.missing()
        removed = set(self.standing) - {file.source.path for file in self.project.declared}
        self.progress.start(len(changed), "declared files")
        transaction.take_locks(
            self.connection, batch.locks(changed | removed), self.limits.milliseconds
        )
        self.changes = batch.apply(self.standing, changed)
        self.declared_is_done = True

    def _seed_and_record(self, at_head: bool) -> tuple[seeding.Seeded, ...]:
        due = seeding.due(self.connection, self.project.seeds("reference"), self.seeded)
        due = due if at_head else []
        if not (due or self.steps or self.changes) and self.recorded is not None:
            return ()
        seeds: list[seeding.Seeded] = []

        def work() -> None:
            seeds.clear()
            for file in due:
                self.progress.step(file.path)
                seeds.append(seeding.seed_reference(self.connection, file, self.who))
            live = catalog.definitions(catalog.read(self.connection, self.project.schemas))
            healed = {change.path for change in self.changes}
            keep = [
                d
                for d in self.drift
                if declare.path_of_object(d.kind, d.identity, d.found or d.expected) not in healed
            ]
            ledger.record_catalog(self.connection, live, keep)

        self._retry(work, [], transaction.Attempts())
        return tuple(seeds)
