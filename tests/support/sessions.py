"""Sessions that tests borrow one after another, as requests of PostgREST do from its pool."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]

_idle: dict[tuple[str, bool], list[Connection]] = {}
_lock = threading.Lock()
# What `discard all` forgets, but for plans.
_FORGET = (
    b"reset session authorization; reset all; close all; unlisten *; "
    b"select pg_advisory_unlock_all(); discard temp; discard sequences"
)


@contextmanager
def borrowed(url: str, autocommit: bool) -> Iterator[Connection]:
    """A session of nobody else, as new but for its caches.

    Args:
        url: Whose session, and where.
        autocommit: Whether each statement is a transaction.
    """
    connection = _take(url, autocommit)
    try:
        yield connection
    finally:
        _give_back(url, connection)


def _take(url: str, autocommit: bool) -> Connection:
    with _lock:
        idle = _idle.setdefault((url, autocommit), [])
        while idle:
            connection = idle.pop()
            # A server that is gone, or has ended the session, has said so.
            if not connection.closed and not select.select([connection.fileno()], [], [], 0)[0]:
                return connection
            connection.close()
    # Results of a prepared statement may not change, but tests change what a query shows.
    return psycopg.connect(url, autocommit=autocommit, prepare_threshold=None)


def _give_back(url: str, connection: Connection) -> None:
    if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
        connection.close()
        return
    try:
        connection.pgconn.exec_(_FORGET)
    except psycopg.Error:
        connection.close()
        return
    with _lock:
        _idle[url, connection.autocommit].append(connection)


def idle(database: str) -> list[int]:
    """The process ids of idle sessions in a database."""
    with _lock:
        return [c.info.backend_pid for c in _of(database) if not c.closed]


def close(database: str) -> None:
    """End the idle sessions in a database."""
    with _lock:
        for connection in _of(database):
            connection.close()
        for key in [key for key in _idle if _is_in(key[0], database)]:
            del _idle[key]


def _of(database: str) -> list[Connection]:
    return [c for (url, _), idle in _idle.items() if _is_in(url, database) for c in idle]


def _is_in(url: str, database: str) -> bool:
    return url.endswith(f"/{database}")
