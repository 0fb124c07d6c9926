"""Which database a command works on, and a session with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbtool.commands.progress import Progress
from dbtool.db import connect, ledger
from dbtool.db.connect import Connection
from dbtool.db.lock import Holder, RunnerLock, runner_lock
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.server import cluster, home


def url(settings: Settings) -> str:
    """The configured database, or the owner's URL of the project's embedded server.

    Raises:
        UsageError: Neither is there.
    """
    if settings.direct_url or settings.database_url:
        return settings.direct_url or settings.database_url
    known = home.find(settings.root)
    if known is None or home.OWNER not in known.passwords:
        raise UsageError(
            "no database is named",
            hint="Give --database-url URL or set DATABASE_URL; or run `dbtool up` for an embedded "
            "server.",
        )
    if not cluster.is_running(known):
        raise UsageError("the embedded server is not running", hint="Run `dbtool up`.")
    return known.url(home.OWNER, home.DATABASE)


@contextmanager
def exclusive(
    settings: Settings, lock_wait: float, progress: Progress
) -> Iterator[tuple[Connection, RunnerLock]]:
    """A connection to the prepared target and the lock that keeps other runners out.

    Raises:
        DatabaseError: Unreachable, not prepared, or behind a pooler in transaction mode.
        LockError: Another runner held the lock for longer than ``lock_wait`` seconds.
    """

    def waiting(holder: Holder) -> None:
        progress.note(
            f"another runner is at work: {holder.user} from {holder.address}, pid {holder.pid}, "
            f"for {holder.seconds} s"
        )

    address = url(settings)
    with connect.connect(address) as worker, connect.connect(address) as keeper:
        connect.check_platform(worker)
        ledger.check_owner(worker)
        connect.check_pooler(worker, keeper)
        with runner_lock(keeper, lock_wait, waiting) as lock:
            yield worker, lock
