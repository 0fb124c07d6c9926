"""``dbtool seed``: the demo world. Reference rows travel with migrate."""

from __future__ import annotations

from dataclasses import dataclass

from dbtool.db import execute, ledger, merge_seeds, modules, transaction
from dbtool.db.due_seeds import Seeded
from dbtool.errors import UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Progress
from dbtool.sql import script


@dataclass(frozen=True)
class SeededDemo:
    """How many rows the demo files inserted; 0 where they stood already."""

    files: tuple[str, ...]
    inserted: int


def seed_demo(settings: Settings, progress: Progress) -> SeededDemo:
    """Insert the demo rows that are missing, all files in one transaction.

    Raises:
        UsageError: The database is not migrated.
        DatabaseError: Postgres refused a row; nothing was inserted.
    """
    project = files.load(settings.root)
    with session.exclusive(settings, 600, progress) as (connection, _):
        sources = modules.fit(connection, project).seeds("demo")
        if not ledger.exists(connection):
            raise UsageError("the database is not migrated", hint="Run `dbtool migrate` first.")
        progress.start(len(sources), "demo rows")
        inserted = 0
        with connection.transaction():
            connection.execute(b"set local search_path = ''")
            for source in sources:
                progress.step(source.path)
                statements = script.parse(source.text, source.path)
                inserted += execute.run(connection, statements, source.text, source.path)
    return SeededDemo(tuple(s.path for s in sources), inserted)


def seed_reference(settings: Settings, progress: Progress) -> tuple[Seeded, ...]:
    """Merge all reference files again, changed or not."""
    project = files.load(settings.root)
    with session.exclusive(settings, 600, progress) as (connection, _):
        sources = modules.fit(connection, project).seeds("reference")
        if not ledger.exists(connection):
            raise UsageError("the database is not migrated", hint="Run `dbtool migrate` first.")
        who = ledger.origin(settings.root)
        progress.start(len(sources), "reference rows")
        with connection.transaction():
            connection.execute(b"set local search_path = ''; set local timezone = 'UTC'")
            run = transaction.Attempts().as_run()
            return tuple(merge_seeds.seed_reference(connection, s, run, who) for s in sources)
