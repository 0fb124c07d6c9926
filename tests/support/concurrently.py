"""Many clients at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

import psycopg

from tests.support.database import Connection, Database

T = TypeVar("T")
# A task that fails before the start must not leave the others waiting for it.
START_TIMEOUT = 60


def together(*tasks: Callable[[], T]) -> list[T | str]:
    """Run tasks in threads that begin at one moment; their answers, in the tasks' order.

    An error of Postgres is an answer too: its stable name, or else its SQLSTATE.
    """
    start = threading.Barrier(len(tasks), timeout=START_TIMEOUT)

    def run(task: Callable[[], T]) -> T | str:
        start.wait()
        try:
            return task()
        except psycopg.Error as error:
            return error.diag.message_detail or str(error.sqlstate)

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def in_sessions(db: Database, *works: Callable[[Connection], T]) -> list[T | str]:
    """The same, each as the owner on a connection of its own that is open before they begin."""
    with ExitStack() as connections:
        return together(*(partial(work, connections.enter_context(db.connect())) for work in works))
