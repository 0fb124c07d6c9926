"""``dbtool worker``: does for a database without pg_cron what pg_cron would."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from dbtool.commands import partitions
from dbtool.db import connect, jobs
from dbtool.db.connect import Connection
from dbtool.errors import DatabaseError, DbtoolError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Silent

# Work besides jobs, with the name it is reported by; returns how much there was to do.
CHORES: tuple[tuple[str, Callable[[Connection], int]], ...] = (
    ("schedules", jobs.enqueue_schedules),
    ("expired", jobs.reap),
)
_SECONDS_BETWEEN_CHORES = 10.0
_SECONDS_BETWEEN_RETIREMENTS = 3600.0
_LONGEST_PAUSE = 15.0
# Signals are noticed between waits of this length.
_SLICE = 0.2


@dataclass(frozen=True)
class WorkerOptions:
    """How to work.

    Attributes:
        queue: Whose jobs; the database must have handlers for them.
        once: Stop where nothing is due.
        poll: Seconds after which to look for jobs without being told of any.
        lease: Seconds after which a worker that is not heard of loses its job.
    """

    queue: str = "database"
    once: bool = False
    poll: float = 1.0
    lease: float = 60.0


@dataclass(frozen=True)
class Event:
    """Something a worker did.

    Attributes:
        event: started, connected, disconnected, unreachable, claimed, completed, failed, lost,
            schedules, expired, retired or stopped.
        job_id: The job it is about.
        outcome: What became of a job that failed: ready, dead or superseded.
        count: How many schedules, jobs or months of journals, or, when it stopped, how many jobs
            were run.
    """

    event: str
    worker: str
    queue: str
    job_id: int | None = None
    kind: str | None = None
    attempt: int | None = None
    milliseconds: float | None = None
    outcome: str | None = None
    error: str | None = None
    count: int | None = None


class Worker:
    """One worker, until it is stopped.

    Args:
        url: The database.
        options: How to work.
        tell: Receives what happens.
        stop: Set from outside: finish the job at hand and return.
        retire: Retires months of journals that are due, outside transactions and so not as a job;
            returns how many.
    """

    def __init__(
        self,
        url: str,
        options: WorkerOptions,
        tell: Callable[[Event], None],
        stop: threading.Event,
        retire: Callable[[], int],
    ) -> None:
        self._url = url
        self._options = options
        self._receive = tell
        self._stop = stop
        self._retire = retire
        self._name = f"{socket.gethostname()}:{os.getpid()}"[:200]
        self._count = 0
        self._unanswered: jobs.Claim | None = None
        self._next_chores = 0.0
        self._next_retirement = 0.0

    def work(self) -> None:
        """Run jobs until stopped, or, with ``once``, until none is due.

        Raises:
            DatabaseError: The database cannot be reached at the start, or has no queue.
        """
        self._tell("started")
        with connect.connect(self._url) as connection:
            self._begin(connection)
            done = self._attend(connection)
        pause = 0.25
        while not done:
            try:
                with connect.connect(self._url) as connection:
                    self._begin(connection)
                    pause = 0.25
                    done = self._attend(connection)
            except (DatabaseError, psycopg.OperationalError) as error:
                self._tell("unreachable", error=_first_line(error))
                self._stop.wait(pause * random.uniform(0.5, 1))  # noqa: S311 (no secret)
                pause = min(2 * pause, _LONGEST_PAUSE)
            done = done or self._stop.is_set()
        self._tell("stopped", count=self._count)

    def _tell(
        self,
        event: str,
        claimed: jobs.Claim | None = None,
        began: float | None = None,
        *,
        outcome: str | None = None,
        error: str | None = None,
        count: int | None = None,
    ) -> None:
        self._receive(
            Event(
                event,
                self._name,
                self._options.queue,
                claimed.job_id if claimed else None,
                claimed.kind if claimed else None,
                claimed.attempt if claimed else None,
                None if began is None else round(1000 * (time.monotonic() - began), 1),
                outcome,
                error,
                count,
            )
        )

    def _begin(self, connection: Connection) -> None:
        jobs.listen(connection)
        self._tell("connected")
        if self._unanswered:
            # Completing it now would be wrong where its effect was undone. Either the run is
            # recorded, or the job comes again when its lease has expired.
            known = jobs.outcome(connection, self._unanswered)
            self._tell(known if known == "completed" else "lost", self._unanswered)
            self._unanswered = None

    def _attend(self, connection: Connection) -> bool:
        """Work while the connection holds; False when it broke."""
        # After a job or a notification the next look is soon: others may have been left out.
        soon = True
        try:
            while not self._stop.is_set():
                self._do_chores(connection)
                claimed = jobs.claim(
                    connection, self._options.queue, self._name, self._options.lease
                )
                if claimed:
                    self._run(connection, claimed)
                    soon = True
                elif self._options.once:
                    break
                else:
                    poll = min(self._options.poll, self._next_chores - time.monotonic())
                    soon = self._wait(connection, min(2 * jobs.SILENCE, poll) if soon else poll)
        except psycopg.OperationalError as error:
            if not connection.broken:
                raise
            self._tell("disconnected", error=_first_line(error))
            return False
        return True

    def _do_chores(self, connection: Connection) -> None:
        if time.monotonic() < self._next_chores:
            return
        for name, chore in CHORES:
            if count := chore(connection):
                self._tell(name, count=count)
        self._next_chores = time.monotonic() + _SECONDS_BETWEEN_CHORES
        if time.monotonic() >= self._next_retirement:
            try:
                if count := self._retire():
                    self._tell("retired", count=count)
            except (DbtoolError, psycopg.Error) as error:
                # Another runner or a long transaction is in the way, or a journal's own function:
                # it is tried again, and nothing else waits for it.
                self._tell("retired", count=0, error=_first_line(error))
            self._next_retirement = time.monotonic() + _SECONDS_BETWEEN_RETIREMENTS

    def _wait(self, connection: Connection, seconds: float) -> bool:
        """Until there is news of the queue, or so many seconds; whether there was news."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
            if jobs.heard(connection, self._options.queue, min(left, _SLICE)):
                return True
        return False

    def _run(self, connection: Connection, claimed: jobs.Claim) -> None:
        began = time.monotonic()
        self._count += 1
        self._tell("claimed", claimed)
        self._unanswered = claimed
        try:
            with _beating(self._url, claimed, self._options.lease):
                told = jobs.run(connection, claimed)
        except psycopg.Error as error:
            if connection.broken:
                raise
            self._unanswered = None
            self._failed_outside(connection, claimed, began, error)
            return
        self._unanswered = None
        if told["outcome"] == "completed":
            self._tell("completed", claimed, began)
        else:
            self._tell("failed", claimed, began, outcome=told["outcome"], error=told["error"])

    def _failed_outside(
        self, connection: Connection, claimed: jobs.Claim, began: float, error: psycopg.Error
    ) -> None:
        """The transaction itself was refused: cancelled, or the lease was lost."""
        text = _first_line(error)
        try:
            if not jobs.is_lease_lost(error):
                outcome = jobs.fail(connection, claimed, f"{error.sqlstate}: {text}")
                self._tell("failed", claimed, began, outcome=outcome, error=text)
                return
        except psycopg.Error as second:
            if not jobs.is_lease_lost(second):
                raise
        self._tell("lost", claimed, began, error=text)


@contextmanager
def _beating(url: str, claimed: jobs.Claim, lease: float) -> Iterator[None]:
    """Prolong the lease from a second connection while a job runs on the first."""
    done = threading.Event()

    def beat() -> None:
        # Most jobs are over before the first beat, and need no connection.
        while not done.wait(lease / 3):
            try:
                with connect.connect(url) as connection:
                    while True:
                        jobs.heartbeat(connection, claimed, lease)
                        if done.wait(lease / 3):
                            return
            except psycopg.Error as error:
                if jobs.is_lease_lost(error):
                    return
            except DatabaseError:
                continue

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=lease)


def _first_line(error: Exception) -> str:
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return error.diag.message_primary
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def work(
    settings: Settings, options: WorkerOptions, tell: Callable[[Event], None], stop: threading.Event
) -> None:
    """Run a worker on the target until it is stopped.

    Raises:
        UsageError: WorkerOptions that make no sense, or no database is named.
        DatabaseError: It cannot be reached, or has no queue.
    """
    if not (0.01 <= options.poll <= 3600 and 1 <= options.lease <= 604800):
        raise UsageError(
            "--poll or --lease is out of range",
            hint="Give --poll 0.01 to 3600 seconds, --lease a second to a week.",
        )

    def retire() -> int:
        return len(partitions.retire_due(settings, Silent()).moves)

    Worker(session.url(settings), options, tell, stop, retire).work()
