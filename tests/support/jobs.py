"""The job queue as a worker of its own calls it."""

from __future__ import annotations

from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.support.database import Database


class Attempt(NamedTuple):
    """What util.claim_jobs() gives."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    lease_token: UUID
    lease_expires_at: Any


def value(connection: psycopg.Connection, query: LiteralString, *arguments: object) -> Any:
    """The first column of the first row."""
    row = connection.execute(query, arguments or None).fetchone()
    assert row
    return row[0]


def enqueue(
    connection: psycopg.Connection,
    kind: str = "k",
    queue: str = "q",
    payload: dict[str, Any] | None = None,
    *,
    at: object = None,
    priority: int = 100,
    key: str | None = None,
    attempts: int = 10,
) -> int:
    """Enqueue a job; its id."""
    job_id: int = value(
        connection,
        "select util.enqueue_job(%s, %s, %s, %s, %s, %s, %s)",
        *(queue, kind, Jsonb(payload or {}), at, priority, key, attempts),
    )
    return job_id


def claim(
    connection: psycopg.Connection, limit: int = 1, queue: str = "q", lease: str = "1 minute"
) -> list[Attempt]:
    """Claim jobs."""
    rows = connection.execute(
        "select * from util.claim_jobs(%s, 'tester', %s, %s)", [queue, limit, lease]
    ).fetchall()
    return [Attempt(*row) for row in rows]


def claim_one(connection: psycopg.Connection, queue: str = "q") -> Attempt:
    """Claim the one job that there must be."""
    (attempt,) = claim(connection, queue=queue)
    return attempt


def complete(connection: psycopg.Connection, attempt: Attempt) -> bool:
    """Complete a job."""
    done: bool = value(
        connection, "select util.complete_job(%s, %s)", attempt.job_id, attempt.lease_token
    )
    return done


def fail(connection: psycopg.Connection, attempt: Attempt, error: str = "broken") -> str:
    """Fail a job, to be tried again at once."""
    status: str = value(
        connection,
        "select util.fail_job(%s, %s, %s, now())",
        *(attempt.job_id, attempt.lease_token, error),
    )
    return status


def run(connection: psycopg.Connection, attempt: Attempt) -> dict[str, Any]:
    """Run a job in the database."""
    told: dict[str, Any] = value(
        connection, "select util.run_job(%s, %s)", attempt.job_id, attempt.lease_token
    )
    return told


def lapse(connection: psycopg.Connection) -> None:
    """Let every lease expire."""
    connection.execute("update util.job_queue set lease_expires_at = now() - interval '1 s'")


def outcomes(connection: psycopg.Connection, job_id: int) -> list[str]:
    """How the attempts at a job ended, in their order."""
    rows = connection.execute(
        "select outcome from util.job_runs where job_id = %s order by finished_at", [job_id]
    )
    return [str(row[0]) for row in rows]


def handler(db: Database, body: LiteralString, kind: LiteralString = "app.work") -> None:
    """Let the database run a kind of job by PL/pgSQL statements; payload is its argument."""
    db.rows(
        "create schema if not exists app; create table if not exists app.effects "
        "(job text constraint uq_effects unique deferrable initially deferred)"
    )
    name = kind.replace(".", "_")
    db.rows(
        f"create function app.{name}(payload jsonb) returns jsonb language plpgsql "
        f"set search_path = pg_catalog, pg_temp as $$ begin {body} return payload; end $$"
    )
    # No jobs but the test's own.
    db.rows("update util.cron_schedules set is_active = false")
    db.rows("insert into util.job_handlers values (%s, %s)", [kind, f"app.{name}"])


def effects(db: Database) -> list[str]:
    """What handlers left behind."""
    return [row[0] for row in db.rows("select job from app.effects order by job")]
