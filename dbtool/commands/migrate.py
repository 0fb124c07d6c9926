"""``dbtool migrate``: brings a database to the state of the files.

Where nothing is pending this module answers by itself, and quickly; `run` does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from threading import Thread

from dbtool.commands import history, target
from dbtool.commands.progress import Progress
from dbtool.db import connect, declared_objects, ledger, modules, record, seeds
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import Change
from dbtool.db.ledger import AppliedFile, AppliedMigration
from dbtool.db.seeds import Seeded
from dbtool.errors import EditedError
from dbtool.project import files
from dbtool.project.files import Project, SourceFile
from dbtool.project.settings import Settings


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

    migrations: tuple[Step, ...] = ()
    declared: tuple[Change, ...] = ()
    seeds: tuple[Seeded, ...] = ()
    drift: tuple[Difference, ...] = ()
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
    if options.dry_run:
        with _way_on(settings):
            return _dry_run(settings, options, files.load(settings.root))
    # The files are read while the server is waited for.
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(files.load, settings.root)
        return apply(settings, loading.result, options, progress)


def apply(
    settings: Settings, load: Callable[[], Project], options: Options, progress: Progress
) -> Migrated:
    """Run what is pending of a project that was read, or put together, by someone else."""
    with _way_on(settings), target.prepared(settings) as connection:
        project = modules.fit(connection, load())
        for module in project.left_out:
            progress.note(f"module {module} is left out: the server does not have its extension")
        if _is_current(connection, project, options):
            return Migrated()
        # The parser takes long to import: meanwhile the server is waited for.
        Thread(target=import_module, args=("dbtool.commands.run",)).start()
        with target.locked(connection, settings, options.lock_wait, progress) as lock:
            ledger.bootstrap(connection)
            done = _nothing_to_do(connection, project, options)
            if done is not None:
                return done
            from dbtool.commands.run import Run

            return Run(settings, project, connection, lock, progress).run(options)


@contextmanager
def _way_on(settings: Settings) -> Iterator[None]:
    """Name the way on where nobody else has the database: to undo what was applied."""
    try:
        yield
    except EditedError as error:
        if target.is_embedded(settings):
            error.hint = (
                "`dbtool redo` undoes it by its way back and applies it as it is now."
                if error.is_newest
                else "`dbtool redo` is for the newest alone. "
                f"`dbtool rollback --to {error.before}` undoes these and all after them; then "
                "`dbtool migrate` applies them as they are now."
            )
        raise


@dataclass(frozen=True)
class Standing:
    """What the ledger says stands."""

    migrations: Mapping[str, AppliedMigration]
    declared: Mapping[str, AppliedFile]
    seeds: Mapping[str, AppliedFile]


def standing_of(connection: Connection) -> Standing:
    """Read it.

    Raises:
        HistoryError: The ledger was edited by hand.
    """
    record.check_ledger(connection)
    files_ = ledger.applied_files(connection)
    return Standing(
        ledger.applied_migrations(connection),
        {path: file for path, file in files_.items() if file.kind != "seed"},
        {path: file for path, file in files_.items() if file.kind == "seed"},
    )


def declared_changes(
    project: Project, standing: Standing, drift: tuple[Difference, ...]
) -> tuple[Change, ...]:
    """Declared files to be applied, and those whose object is to be dropped."""
    present = {file.source.path for file in project.declared}
    changed = declared_objects.changed_files(project.declared, standing.declared, drift)
    gone = [path for path in standing.declared if path not in present]
    return (
        *(Change(path, "applied") for path in sorted(changed)),
        *(Change(path, "dropped") for path in gone),
    )


def due_seeds(
    connection: Connection, project: Project, standing: Standing, known: bool
) -> Sequence[SourceFile]:
    """Reference files to be merged; all of them where dbtool never worked here."""
    reference = project.seeds("reference")
    return seeds.due(connection, reference, standing.seeds) if known else reference


def _is_current(connection: Connection, project: Project, options: Options) -> bool:
    """Whether nothing is to be done, told by one snapshot and without the lock.

    What another runner has not committed is not in the snapshot, so it counts as to be done.
    """
    if not ledger.exists(connection):
        return False
    with connection.transaction():
        connection.execute(b"set transaction isolation level repeatable read, read only")
        standing = standing_of(connection)
        if _is_older_head(project, options) or _is_due(connection, project, standing, options):
            return False
        return record.is_untouched(connection, project.schemas)


def _is_older_head(project: Project, options: Options) -> bool:
    return options.to is not None and options.to != project.head


def _is_due(connection: Connection, project: Project, standing: Standing, options: Options) -> bool:
    """Whether a migration, a declared file or a seed is to be applied."""
    return bool(
        history.pending(project, standing.migrations, options.allow_out_of_order, options.to)
        or not record.is_comparable(connection)
        or declared_changes(project, standing, ())
        or seeds.due(connection, project.seeds("reference"), standing.seeds)
    )


def _nothing_to_do(connection: Connection, project: Project, options: Options) -> Migrated | None:
    """The answer where nothing is pending; None where there is work."""
    standing = standing_of(connection)
    if _is_older_head(project, options):
        applied = standing.migrations
        pending = history.pending(project, applied, options.allow_out_of_order, options.to)
        return None if pending else Migrated()
    if _is_due(connection, project, standing, options):
        return None
    drift = record.drift(connection, project.schemas) or ()
    if declared_changes(project, standing, drift):
        return None
    if not drift:
        with connection.transaction():
            record.save(connection, project.schemas)
    return Migrated(drift=drift)


def _dry_run(settings: Settings, options: Options, project: Project) -> Migrated:
    with connect.connect(target.url(settings)) as connection:
        connect.check_platform(connection)
        known = ledger.exists(connection)
        project = modules.fit(connection, project)
        standing = standing_of(connection) if known else Standing({}, {}, {})
        pending = history.pending(
            project, standing.migrations, options.allow_out_of_order, options.to
        )
        from dbtool.sql import script  # imports the parser, which takes long

        for migration in pending:
            script.parse_step(migration.up.text, migration.up.path)
        drift = (record.drift(connection, project.schemas) if known else None) or ()
        due = due_seeds(connection, project, standing, known)
        return Migrated(
            tuple(Step(m.name, 0, 0) for m in pending),
            declared_changes(project, standing, drift),
            tuple(Seeded(source.path, "", 0, 0, 0) for source in due),
            drift=drift,
            dry_run=True,
        )
