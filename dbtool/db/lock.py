"""The lock that lets one runner work on a database at a time.

Each word of it has its reason: a blocking advisory lock deadlocks with CREATE INDEX CONCURRENTLY; a
statement with parameters, or one that psycopg prepared, leaves a snapshot that the index build
waits for; a poll inside an open transaction does the same; idle_in_transaction_session_timeout
would give the lock away in silence.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from dbtool.db.connect import Connection, literally
from dbtool.errors import DatabaseError, LockError

# Two halves of the key as pg_locks shows them: "dbto", "runr" in ASCII.
_CLASS, _OBJECT = 0x6462746F, 0x72756E72
# With the keepalives the lock of a runner whose machine vanished is free within a minute.
_BEGIN = (
    b"begin; set local idle_in_transaction_session_timeout = 0; "
    b"set local tcp_keepalives_idle = 30; set local tcp_keepalives_interval = 10; "
    b"set local tcp_keepalives_count = 3"
)
_TRY = f"select pg_catalog.pg_try_advisory_xact_lock({_CLASS}, {_OBJECT})".encode()
_HOLDERS = f"""
    select a.pid, a.usename, coalesce(a.client_addr::text, 'local'),
        extract(epoch from now() - a.xact_start)::int
    from pg_catalog.pg_locks as l
    inner join pg_catalog.pg_stat_activity as a using (pid)
    where l.locktype = 'advisory' and l.classid = {_CLASS} and l.objid = {_OBJECT}
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and l.granted
""".encode()  # noqa: S608 (two numbers of our own)


@dataclass(frozen=True)
class Holder:
    """Who holds the runner's lock."""

    pid: int
    user: str
    address: str
    seconds: int


class RunnerLock:
    """The lock, held by a connection of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._token = secrets.randbits(63)

    def try_acquire(self) -> bool:
        """Take the lock, or end the transaction that tried."""
        self._connection.execute(_BEGIN)
        if self._connection.info.server_version >= 170000:
            self._connection.execute(b"set local transaction_timeout = 0")
        row = self._connection.execute(_TRY).fetchone()
        if row and row[0]:
            self._connection.execute(
                f"select pg_catalog.pg_try_advisory_xact_lock({self._token})".encode()
            )
            return True
        self._connection.execute(b"rollback")
        return False

    def holder(self) -> Holder | None:
        """Who holds it now; None where it was just given back."""
        row = self._connection.execute(_HOLDERS).fetchone()
        return Holder(*row) if row else None

    def assert_held(self, worker: Connection) -> None:
        """See through the worker's own connection that the lock is still ours.

        Raises:
            LockError: It is not: the connection that held it was lost.
        """
        try:
            worker.execute(self.check)
        except psycopg.errors.DivisionByZero:
            raise self.lost() from None

    @property
    def check(self) -> bytes:
        """A statement that fails (22012, division by zero) unless the lock is held.

        The lock's transaction holds a second one, on a random number that nobody else knows:
        while that cannot be had, both are held. Cheaper than a look at pg_locks.
        """
        return (
            f"select 1 / (not pg_catalog.pg_try_advisory_xact_lock({self._token}))::integer"
        ).encode()

    @staticmethod
    def lost() -> LockError:
        """What to say then."""
        return LockError(
            "the runner's lock was lost before the commit",
            hint="Nothing of this file was kept; run the same command again.",
        )

    def release(self) -> None:
        """Give it back; it goes with the connection anyway."""
        try:
            self._connection.execute(b"rollback")
        except psycopg.Error:  # the connection is gone and the lock with it
            return


@contextmanager
def runner_lock(
    connection: Connection, wait_seconds: float, on_wait: Callable[[Holder], None]
) -> Iterator[RunnerLock]:
    """Hold the lock for a block, waiting for another runner to finish.

    Args:
        connection: A connection used for nothing else.
        wait_seconds: How long to wait at most.
        on_wait: Called about once a second with the holder.

    Raises:
        LockError: Another runner held it all that time.
    """
    lock = RunnerLock(connection)
    deadline = time.monotonic() + wait_seconds
    told = 0.0
    while not lock.try_acquire():
        holder = lock.holder()
        if time.monotonic() > deadline:
            who = f"{holder.user} from {holder.address}, pid {holder.pid}" if holder else "?"
            raise LockError(
                f"another runner works on this database ({who})",
                hint="Wait for it, or raise --lock-wait.",
            )
        if holder and time.monotonic() - told > 1:
            on_wait(holder)
            told = time.monotonic()
        time.sleep(0.05)
    try:
        yield lock
    finally:
        lock.release()


def blockers(connection: Connection, tables: list[str]) -> list[str]:
    """One line for each session that holds a lock on one of the tables, as a person reads it."""
    try:
        rows = connection.execute(
            """
            select format('%%s: %%s (pid %%s, %%s for %%s s): %%s',
                l.relation::regclass, a.usename, a.pid, l.mode,
                extract(epoch from now() - coalesce(a.xact_start, a.query_start))::int,
                left(regexp_replace(a.query, '\\s+', ' ', 'g'), 60))
            from pg_catalog.pg_locks as l
            inner join pg_catalog.pg_stat_activity as a using (pid)
            where l.granted and l.pid <> pg_backend_pid()
                and l.relation = any (select to_regclass(t) from unnest(%s::text[]) as t)
            order by a.xact_start
            """,
            [[literally(table) for table in tables]],
        ).fetchall()
    except psycopg.Error as error:
        raise DatabaseError(str(error).strip(), sqlstate=error.sqlstate or "") from None
    return [row[0] for row in rows]
