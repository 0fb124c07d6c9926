"""``dbtool migrate``: brings a database to the state of the files."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dbtool.db import connect, modules
from dbtool.db.due_seeds import Seeded
from dbtool.errors import EditedError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import due, session
from dbtool.runner.apply import apply
from dbtool.runner.progress import Progress
from dbtool.runner.result import AppliedStep, Migrated, Options


def migrate(settings: Settings, options: Options, progress: Progress) -> Migrated:
    """Run what is due: migrations, then declared files, then reference rows.

    Raises:
        HistoryError: Files contradict the ledger.
        LockError: Another runner, or users of a table, were in the way for too long.
        DatabaseError: Postgres refused; the file at fault left nothing behind.
    """
    if options.dry_run:
        with _way_on(settings):
            return _dry_run(settings, options)
    # The files are read while the server is waited for.
    with _way_on(settings), ThreadPoolExecutor(1) as pool:
        loading = pool.submit(files.load, settings.root)
        return apply(settings, loading.result, options, progress)


@contextmanager
def _way_on(settings: Settings) -> Iterator[None]:
    """Add how to undo what was applied, where nobody else has the database."""
    try:
        yield
    except EditedError as error:
        if session.is_embedded(settings):
            error.hint = (
                "`dbtool redo` undoes it by its down migration and applies it as it is now."
                if error.is_newest
                else "`dbtool redo` is for the newest alone. "
                f"`dbtool rollback --to {error.before}` undoes these and all after them; then "
                "`dbtool migrate` applies them as they are now."
            )
        raise


def _dry_run(settings: Settings, options: Options) -> Migrated:
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        connect.check_platform(connection)
        decided = due.decide(connection, modules.fit(connection, project), options)
        from dbtool.sql import script  # imports the parser, which takes long

        for migration in decided.migrations:
            script.parse_step(migration.up.text, migration.up.path)
        return Migrated(
            tuple(AppliedStep(m.name, 0, 0) for m in decided.migrations),
            decided.declared,
            tuple(Seeded(source.path, "", 0, 0, 0) for source in decided.seeds),
            drift=decided.drift,
            dry_run=True,
        )
