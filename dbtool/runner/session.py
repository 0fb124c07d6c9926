"""Which database a command works on, and a session with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from dbtool.db import connect, ledger
from dbtool.db.connect import Connection
from dbtool.db.lock import Holder, RunnerLock, runner_lock
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Progress

_HERE = ("127.0.0.1", "localhost", "::1")


def url(settings: Settings) -> str:
    """The configured database, or the owner's URL of the project's embedded server.

    Raises:
        UsageError: Neither is there.
    """
    if settings.direct_url or settings.database_url:
        return settings.direct_url or settings.database_url
    from dbtool.server import cluster, home  # not needed where a database is named

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


def is_embedded(settings: Settings) -> bool:
    """Whether the target is the project's embedded server, by its name or by its address."""
    from dbtool.server import home

    known = home.find(settings.root)
    named = settings.direct_url or settings.database_url
    if known is None or not named:
        return known is not None
    try:
        parts = conninfo_to_dict(named)
    except ProgrammingError:
        return False
    return parts.get("host") in _HERE and str(parts.get("port")) == str(known.port)


@contextmanager
def prepared(settings: Settings) -> Iterator[Connection]:
    """A connection to the target, which is prepared for the package and for this role.

    Raises:
        DatabaseError: Unreachable, not prepared, or the package's owner is another role.
    """
    with connect.connect(url(settings)) as worker:
        connect.check_platform(worker)
        ledger.check_owner(worker)
        yield worker


@contextmanager
def locked(
    worker: Connection, settings: Settings, lock_wait: float, progress: Progress
) -> Iterator[RunnerLock]:
    """The lock that keeps other runners out, held by a second connection.

    Raises:
        DatabaseError: Behind a pooler in transaction mode.
        LockError: Another runner held the lock for longer than ``lock_wait`` seconds.
    """

    def waiting(holder: Holder) -> None:
        progress.note(
            f"another runner is at work: {holder.user} from {holder.address}, pid {holder.pid}, "
            f"for {holder.seconds} s"
        )

    with connect.connect(url(settings)) as keeper:
        connect.check_pooler(worker, keeper)
        with runner_lock(keeper, lock_wait, waiting) as lock:
            yield lock


@contextmanager
def exclusive(
    settings: Settings, lock_wait: float, progress: Progress
) -> Iterator[tuple[Connection, RunnerLock]]:
    """Both at once."""
    with (
        prepared(settings) as worker,
        locked(worker, settings, lock_wait, progress) as lock,
    ):
        yield worker, lock
