"""The queue's functions, as a worker calls them; each call is a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from dbtool.db.connect import Connection

CHANNEL = "util_jobs"
# For so long the database may have kept a notification to itself (util.notify_workers).
SILENCE = 0.1
_LEASE_LOST = "job.lease_lost"


@dataclass(frozen=True)
class Claim:
    """One attempt at a job.

    Attributes:
        job_id: The job.
        kind: What is to be done.
        attempt: Its number, from 1.
        lease_token: Proves to the database that the attempt is this worker's.
    """

    job_id: int
    kind: str
    attempt: int
    lease_token: UUID


def listen(connection: Connection) -> None:
    """Be told of new jobs."""
    connection.execute(f"listen {CHANNEL}".encode())


def heard(connection: Connection, queue: str, seconds: float) -> bool:
    """Wait for news of a queue, for some seconds at most; False without any."""
    return any(
        notification.channel == CHANNEL and notification.payload == queue
        for notification in connection.notifies(timeout=seconds, stop_after=1)
    )


def claim(connection: Connection, queue: str, worker: str, lease: float) -> Claim | None:
    """Take the next job that is due; None if there is none."""
    row = connection.execute(
        """
        select job_id, kind, attempt, lease_token
        from util.claim_jobs(%s, %s, 1, make_interval(secs => %s))
        """,
        [queue, worker, lease],
    ).fetchone()
    return Claim(*row) if row else None


def run(connection: Connection, claimed: Claim) -> dict[str, Any]:
    """Run a job in the database and complete or fail it; returns what util.run_job() says."""
    row = connection.execute(
        "select util.run_job(%s, %s)", [claimed.job_id, claimed.lease_token]
    ).fetchone()
    assert row  # noqa: S101 (a function's select has one row)
    told: dict[str, Any] = row[0]
    return told


def heartbeat(connection: Connection, claimed: Claim, lease: float) -> None:
    """Prolong the lease, to so many seconds from now."""
    connection.execute(
        "select util.heartbeat_job(%s, %s, make_interval(secs => %s))",
        [claimed.job_id, claimed.lease_token, lease],
    )


def fail(connection: Connection, claimed: Claim, error: str) -> str:
    """End an attempt that failed outside the handler; returns what became of the job."""
    row = connection.execute(
        "select util.fail_job(%s, %s, %s)", [claimed.job_id, claimed.lease_token, error]
    ).fetchone()
    return str(row[0]) if row else ""


def outcome(connection: Connection, claimed: Claim) -> str:
    """How an attempt ended whose answer was lost; empty if it did not end."""
    row = connection.execute(
        "select outcome from util.job_runs where job_id = %s and lease_token = %s",
        [claimed.job_id, claimed.lease_token],
    ).fetchone()
    return str(row[0]) if row else ""


def is_lease_lost(error: psycopg.Error) -> bool:
    """Whether the database refused because the job is not this worker's any more."""
    return error.diag.message_detail == _LEASE_LOST


def enqueue_schedules(connection: Connection) -> int:
    """Enqueue the jobs of schedules that are due; returns how many."""
    return _count(connection, "select util.enqueue_due_schedules()")


def reap(connection: Connection) -> int:
    """Take jobs back whose workers are gone; returns how many."""
    return _count(connection, "select util.reap_expired_jobs()")


def _count(connection: Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0
