"""Transactions that give way to users.

DDL that waits for a lock makes everyone behind it wait too. So an attempt takes all its locks in
one statement with a bounded total; where users are in the way it lets go of everything, pauses and
tries again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg
from psycopg import sql

from dbtool.db import execute, lock
from dbtool.db.connect import Connection, literally, translated
from dbtool.db.ledger import RunRecord
from dbtool.errors import DbtoolError, LockError
from dbtool.project.files import SourceFile
from dbtool.sql.locks import MODES, Need
from dbtool.sql.script import Statement

# Lock not available, deadlock.
_BUSY = {"55P03", "40P01"}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True)
class Patience:
    """How DDL waits for users.

    Attributes:
        milliseconds: Total time that one attempt may make others wait.
        attempts: Tries before giving up.
    """

    milliseconds: int
    attempts: int


@dataclass
class Attempts:
    """What trying a unit of work has cost so far."""

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    count: int = 0
    lock_wait_ms: int = 0

    def as_run(self, error: str | None = None) -> RunRecord:
        """The same for the ledger."""
        return RunRecord(self.started_at, max(self.count, 1), self.lock_wait_ms, error)


def patience(connection: Connection, lock_timeout: float, attempts: int) -> Patience:
    """The configured patience; by default ``max(2 s, 1.5 * deadlock_timeout)`` an attempt.

    Postgres cancels an autovacuum that blocks DDL only after deadlock_timeout: with less than that
    DDL would always lose.
    """
    row = connection.execute(
        b"select setting::int from pg_catalog.pg_settings where name = 'deadlock_timeout'"
    ).fetchone()
    default = max(2000, int(1.5 * (row[0] if row else 1000)))
    return Patience(int(lock_timeout * 1000) or default, attempts)


def begin(connection: Connection, milliseconds: int, durable: bool = True) -> None:
    """Open a transaction in which every name must be qualified and every wait is bounded.

    Args:
        connection: In autocommit mode.
        milliseconds: How long one lock may be waited for.
        durable: The commit waits for the disk. The log is written in order, so one such commit at
            the end of a run makes all before it durable; a crash before that takes whole
            transactions, newest first, each with its ledger row.
    """
    connection.execute(b"; ".join(_opening(milliseconds, durable)))


def settle(connection: Connection, milliseconds: int) -> None:
    """Give the next file of an open transaction the settings that it would begin with."""
    connection.execute(b"; ".join(_opening(milliseconds, durable=False)[1:]))


def _opening(milliseconds: int, durable: bool) -> tuple[bytes, ...]:
    return (
        b"begin",
        b"set local search_path = ''",
        b"set local timezone = 'UTC'",
        b"set local standard_conforming_strings = on",
        b"set local idle_in_transaction_session_timeout = 0",
        b"set local statement_timeout = 0",
        f"set local lock_timeout = {int(milliseconds)}".encode(),
        *(() if durable else (b"set local synchronous_commit = off",)),
    )


def resolve(connection: Connection, needs: Iterable[Need]) -> dict[str, str]:
    """The tables that needs come down to, as Postgres prints them, and the mode of each.

    Tables that do not exist yet, and those of other owners, are left to the statements.
    """
    wanted = list(needs)
    rows = connection.execute(
        """
        select case when n.is_only then 'only ' else '' end || c.oid::regclass, n.mode
        from unnest(%s::text[], %s::text[], %s::text[], %s::boolean[])
            as n (name, mode, foreign_keys, is_only)
        left join pg_catalog.pg_index as i on i.indexrelid = to_regclass(n.name)
        cross join lateral (
            select coalesce(i.indrelid, to_regclass(n.name)) as oid where n.foreign_keys is null
            union all
            -- With a table its foreign keys go both ways; and a partition leaves its parent.
            select f.conrelid from pg_catalog.pg_constraint as f
            where n.foreign_keys = '' and f.confrelid = to_regclass(n.name) and f.contype = 'f'
            union all
            select p.inhparent from pg_catalog.pg_inherits as p
            where n.foreign_keys = '' and p.inhrelid = to_regclass(n.name)
            union all
            select f.confrelid from pg_catalog.pg_constraint as f
            where f.conrelid = to_regclass(n.name) and f.contype = 'f'
                and (
                    n.foreign_keys in ('', f.conname)
                    or exists (
                        select from pg_catalog.pg_attribute as a
                        where a.attrelid = f.conrelid and a.attnum = any (f.conkey)
                            and a.attname = n.foreign_keys
                    )
                )
        ) as t
        inner join pg_catalog.pg_class as c on c.oid = t.oid
        where c.relkind in ('r', 'p') and pg_has_role(c.relowner, 'usage')
        order by 1
        """,
        [
            [literally(n.relation) for n in wanted],
            [n.mode for n in wanted],
            [n.foreign_keys for n in wanted],
            [n.only for n in wanted],
        ],
    )
    tables: dict[str, str] = {}
    for name, mode in rows:
        tables[name] = max(tables.get(name, mode), mode, key=MODES.index)
    return tables


def take_locks(connection: Connection, needs: Iterable[Need], milliseconds: int) -> None:
    """Take all locks in one statement, so that the waits together stay within the bound.

    Args:
        connection: In an open transaction.
        needs: What the statements will lock.
        milliseconds: The bound.
    """
    wanted = tuple(needs)
    tables = resolve(connection, wanted) if wanted else {}
    if not tables:
        return
    body = " ".join(f"lock table {name} in {mode} mode;" for name, mode in tables.items())
    connection.execute(
        sql.SQL("set local statement_timeout = {}").format(sql.Literal(milliseconds))
    )
    began = time.monotonic()
    try:
        connection.execute(sql.SQL("do {}").format(sql.Literal(f"begin {body} end")))
    except psycopg.errors.QueryCanceled as error:
        if time.monotonic() - began < milliseconds / 1000:
            raise  # somebody cancelled it
        raise psycopg.errors.LockNotAvailable(*error.args) from error
    connection.execute(b"set local statement_timeout = 0")


def at_once(
    connection: Connection,
    source: SourceFile,
    statements: tuple[Statement, ...],
    row: bytes,
    check: bytes,
    milliseconds: int,
    meanwhile: Callable[[], None],
) -> bool:
    """Run a file of quick statements, its ledger row and the commit in one round trip.

    Args:
        connection: The worker's.
        source: The file.
        statements: Its statements, none of which needs a lock taken for it first.
        row: The statement that writes its ledger row.
        check: The statement that fails unless the runner's lock is held.
        milliseconds: How long it may wait for a lock.
        meanwhile: Called while the server is at work.

    Returns:
        False where users were in the way: nothing was changed, it is to be tried with patience.

    Raises:
        LockError: The runner's lock was lost.
        DatabaseError: Postgres refused a statement. Nothing was changed in either case.
    """
    opening = _opening(milliseconds, durable=False)
    texts = [s.text.encode() for s in statements]
    parts = [*opening, *texts, row, check, b"commit"]
    try:
        at, error = execute.together(connection, parts, meanwhile)
    except psycopg.OperationalError as lost:
        raise execute.placed(lost, statements[0], source.text, source.path) from lost
    if error is None:
        return True
    connection.execute(b"rollback")
    number = at - len(opening)
    if number == len(statements) + 1:
        raise lock.RunnerLock.lost()
    if not 0 <= number < len(statements):
        raise translated(error) from error
    if error.sqlstate in _BUSY:
        return False
    before = sum(len(part.decode()) + len(execute.BETWEEN) for part in parts[:at])
    raise execute.placed(error, statements[number], source.text, source.path, before) from error


def with_retries(
    connection: Connection,
    work: Callable[[], None],
    needs: Callable[[], Iterable[Need]],
    limits: Patience,
    note: Callable[[str], None],
    attempts: Attempts,
    durable: bool = True,
) -> None:
    """Run a unit of work in a transaction; where users are in the way, step back and try again.

    Args:
        connection: The worker's.
        work: All of it; the commit follows.
        needs: What it wanted to lock, to say who blocks it.
        limits: How long and how often.
        note: Told of each retreat.
        attempts: Counts them.
        durable: See `begin`.

    Raises:
        LockError: No attempt got its locks; nothing was changed.
        DbtoolError: The work failed for another reason; nothing was changed.
    """
    pause = _FIRST_PAUSE
    while True:
        attempts.count += 1
        began = time.monotonic()
        try:
            begin(connection, limits.milliseconds, durable)
            work()
            connection.execute(b"commit")
            return
        except (psycopg.Error, DbtoolError) as error:
            if connection.closed:
                raise
            connection.execute(b"rollback")
            state = getattr(error, "sqlstate", None) or ""
            if state not in _BUSY or isinstance(error, LockError):
                if isinstance(error, psycopg.Error):
                    raise translated(error) from error
                raise
            attempts.lock_wait_ms += int((time.monotonic() - began) * 1000)
            tables = list(dict.fromkeys(need.relation for need in needs()))
            blockers = lock.blockers(connection, tables)
            if attempts.count >= limits.attempts:
                raise LockError(
                    f"could not lock {', '.join(tables) or 'what it needs'} "
                    f"in {attempts.count} attempts",
                    sqlstate=state,
                    detail="\n".join(blockers),
                    path=getattr(error, "path", ""),
                    line=getattr(error, "line", None),
                    snippet=getattr(error, "snippet", ""),
                    hint="End the sessions in the way, or run it again later; nothing was changed.",
                ) from error
            note("\n  ".join([f"tables are busy, attempt {attempts.count}", *blockers]))
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 (jitter, no secret)
            pause = min(pause * 2, _LONGEST_PAUSE)
