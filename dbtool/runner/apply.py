"""Brings a target to the state of a project, by a run or by seeing that none is needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Thread

from dbtool.db import fingerprint, ledger, modules
from dbtool.project.files import Project
from dbtool.project.settings import Settings
from dbtool.runner import due, session
from dbtool.runner.progress import Progress
from dbtool.runner.result import Migrated, Options


def apply(
    settings: Settings, load: Callable[[], Project], options: Options, progress: Progress
) -> Migrated:
    """Run what is due of a project that was read, or put together, by someone else.

    Raises:
        HistoryError: Files contradict the ledger.
        LockError: Another runner, or users of a table, were in the way for too long.
        DatabaseError: Postgres refused; the file at fault left nothing behind.
    """
    with session.prepared(settings) as connection:
        project = modules.fit(connection, load())
        for module in project.left_out:
            progress.note(f"module {module} is left out: the server does not have its extension")
        if due.is_current(connection, project, options):
            return Migrated()
        # The parser takes long to import: meanwhile the server is waited for.
        Thread(target=import_module, args=("dbtool.runner.run",)).start()
        with session.locked(connection, settings, options.lock_wait, progress) as lock:
            ledger.bootstrap(connection)
            decided = due.decide(connection, project, options)
            if decided.is_nothing:
                if decided.at_head and not decided.drift:
                    with connection.transaction():
                        fingerprint.save(connection, project.schemas)
                return Migrated(drift=decided.drift if decided.at_head else ())
            from dbtool.runner.executor import Live
            from dbtool.runner.run import Run

            executor = Live(settings, connection, lock, progress)
            return Run(settings, project, executor, decided, progress).run()
