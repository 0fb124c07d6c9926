"""Watches a long statement, such as an index being built, from a session of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg

from dbtool.db import connect
from dbtool.db.connect import Connection
from dbtool.errors import DbtoolError

# Seconds between two looks; a build that is done before the first one is not watched at all.
_PERIOD = 1.0

_LOOK = """
    select format('%%s: %%s', p.phase, case
        when p.lockers_total > 0
            then format('waits for session %%s of %%s, pid %%s',
                p.lockers_done + 1, p.lockers_total, p.current_locker_pid)
        when p.blocks_total > 0
            then format('%%s of %%s blocks', p.blocks_done, p.blocks_total)
        when p.tuples_total > 0
            then format('%%s of %%s rows', p.tuples_done, p.tuples_total)
        else 'at work'
    end)
    from pg_catalog.pg_stat_progress_create_index as p
    where p.pid = %s
"""
WAITING = """
    select format('waits for pid %%s, %%s, whose transaction began %%s s ago',
        a.pid, a.usename, extract(epoch from now() - a.xact_start)::int)
    from pg_catalog.pg_stat_activity as a
    where a.pid = any (pg_blocking_pids(%s))
    order by a.xact_start
    limit 1
"""


@contextmanager
def reported(
    url: str, worker: Connection, report: Callable[[str], None], look: LiteralString = _LOOK
) -> Iterator[None]:
    """Report what the worker is at about once a second while the block runs.

    Args:
        url: The target. The watching session takes no lock and keeps no snapshot.
        worker: The connection that works.
        report: Told the phase and how far it is.
        look: What to ask of the worker's process; else how far its index build is.
    """
    pid = connect.backend_pid(worker)
    done = threading.Event()

    def watch() -> None:
        if done.wait(_PERIOD):
            return
        try:
            with connect.connect(url) as watcher:
                while not done.is_set():
                    row = watcher.execute(look, [pid]).fetchone()
                    if row:
                        report(row[0])
                    done.wait(_PERIOD)
        except (psycopg.Error, DbtoolError):  # only the report is lost
            return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
