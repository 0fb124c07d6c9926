"""dbtool worker as an operator runs it: real processes, real signals, real restarts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dbtool.server import cluster
from tests.support import jobs, journals, servers
from tests.support.database import Database
from tests.support.servers import REPOSITORY

Cli = Callable[..., tuple[int, str, str]]
INSERT = "insert into app.effects values (payload ->> 'n');"
SLEEP = INSERT + "perform pg_sleep((payload ->> 's')::float8);"


class Running:
    """A worker's process and the events it wrote."""

    def __init__(self, db: Database, log: Path, *arguments: str) -> None:
        self._log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "dbtool",
                    "--project",
                    str(REPOSITORY),
                    "worker",
                    "--json",
                    *arguments,
                ],
                env={**os.environ, "DATABASE_URL": db.url},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def events(self) -> list[dict[str, Any]]:
        """Whole lines so far."""
        lines = self._log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_for(self, event: str, count: int = 1, seconds: float = 30) -> None:
        """Until it wrote so many of an event."""
        until = time.monotonic() + seconds
        while [e["event"] for e in self.events()].count(event) < count:
            assert self.process.poll() is None or event == "stopped", self._log.read_text()
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def start(db: Database, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts workers and leaves none behind."""
    started: list[Running] = []

    def begin(*arguments: str) -> Running:
        started.append(Running(db, tmp_path / f"worker{len(started)}.log", *arguments))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def _enqueue(db: Database, n: str, seconds: float = 0) -> int:
    with db.connect() as connection:
        return jobs.enqueue(connection, "app.work", "database", {"n": n, "s": seconds})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_finishes_the_job_at_hand_and_no_other(
    db: Database, start: Callable[..., Running], number: signal.Signals
) -> None:
    jobs.handler(db, SLEEP)
    for n in "12":
        _enqueue(db, n, 1)
    worker = start()
    worker.wait_for("claimed")
    assert worker.stop(number) == 0
    events = worker.events()
    assert [e["event"] for e in events] == [
        "started",
        "connected",
        "claimed",
        "completed",
        "stopped",
    ]
    done = events[3]
    assert (done["kind"], done["attempt"]) == ("app.work", 1)
    assert done["milliseconds"] >= 1000
    assert jobs.effects(db) == ["1"]
    assert db.rows("select status from util.job_queue") == [("ready",)]


def test_an_idle_worker_stops_at_once_and_without_a_trace(
    db: Database, start: Callable[..., Running]
) -> None:
    db.rows("update util.cron_schedules set is_active = false")
    worker = start("--poll", "3600")
    worker.wait_for("connected")
    assert worker.stop() == 0
    assert db.value("select count(*) from util.job_queue") == 0


def test_a_worker_is_woken_by_news(db: Database, start: Callable[..., Running]) -> None:
    """Its other reason to look for jobs comes every ten seconds."""
    jobs.handler(db, INSERT)
    worker = start("--poll", "3600")
    worker.wait_for("connected")
    time.sleep(1)
    with db.connect() as connection:
        jobs.enqueue(connection, "app.work", "database", {"n": "1"})
        worker.wait_for("completed", 1, seconds=3)
        # Too soon after the other for a notification of its own.
        jobs.enqueue(connection, "app.work", "database", {"n": "2"})
        worker.wait_for("completed", 2, seconds=3)


def test_schedules_are_ticked(db: Database, start: Callable[..., Running]) -> None:
    db.rows("update util.cron_schedules set next_run_at = now()")
    count = db.value("select count(*) from util.cron_schedules")
    worker = start()
    worker.wait_for("completed", count)
    assert next(e for e in worker.events() if e["event"] == "schedules")["count"] == count


def test_months_that_are_due_are_retired(db: Database, start: Callable[..., Running]) -> None:
    journals.make(db)
    jobs.handler(db, INSERT)
    db.rows("select util.ensure_partition('app.journal', (now() - interval '2 years')::date)")
    db.rows(
        "update util.partitioned_tables set archive_rule = 'detach', retention_months = 12 "
        "where parent_name = 'app.journal'"
    )
    worker = start()
    worker.wait_for("retired")
    assert [e["count"] for e in worker.events() if e["event"] == "retired"] == [1]
    assert journals.names(db) == []
    _enqueue(db, "1")
    worker.wait_for("completed")


def test_a_month_that_cannot_be_retired_keeps_no_job_waiting(
    db: Database, start: Callable[..., Running]
) -> None:
    journals.make(db)
    jobs.handler(db, INSERT)
    db.rows("select util.ensure_partition('app.journal', (now() - interval '2 years')::date)")
    db.rows(
        "update util.partitioned_tables set archive_rule = 'detach', retention_months = 12, "
        "before_retire = 'app.not_there' where parent_name = 'app.journal'"
    )
    _enqueue(db, "1")
    worker = start()
    worker.wait_for("completed")
    assert [e["count"] for e in worker.events() if e["event"] == "retired"] == [0]
    assert len(journals.names(db)) == 1


def test_jobs_of_dead_workers_are_taken_back(db: Database, start: Callable[..., Running]) -> None:
    jobs.handler(db, INSERT)
    _enqueue(db, "1")
    with db.connect() as connection:
        jobs.claim_one(connection, "database")
        jobs.lapse(connection)
    worker = start()
    worker.wait_for("completed")
    assert {e["attempt"] for e in worker.events() if e["event"] == "completed"} == {2}


def test_a_long_job_keeps_its_lease(db: Database, start: Callable[..., Running]) -> None:
    jobs.handler(db, SLEEP)
    job = _enqueue(db, "1", 3)
    worker = start("--lease", "1")
    worker.wait_for("claimed")
    with db.connect() as connection:
        while worker.process.poll() is None and not jobs.outcomes(connection, job):
            assert jobs.value(connection, "select util.reap_expired_jobs()") == 0
            assert jobs.claim(connection, queue="database") == []
            time.sleep(0.05)
        assert jobs.outcomes(connection, job) == ["completed"]


def test_a_failing_job_is_told_with_its_error(db: Database, start: Callable[..., Running]) -> None:
    jobs.handler(db, INSERT + "perform 1 / 0;")
    _enqueue(db, "1")
    worker = start()
    worker.wait_for("failed")
    told = next(e for e in worker.events() if e["event"] == "failed")
    assert told["outcome"] == "ready"
    assert told["error"] == "22012: division by zero"
    assert worker.stop() == 0


def test_a_cancelled_job_has_failed_and_the_worker_goes_on(
    db: Database, start: Callable[..., Running]
) -> None:
    jobs.handler(db, SLEEP)
    first = _enqueue(db, "1", 60)
    worker = start()
    worker.wait_for("claimed")
    db.catch("select util.run_job", "pg_cancel_backend(pid)")
    worker.wait_for("failed")
    _enqueue(db, "2")
    worker.wait_for("completed")
    with db.connect() as connection:
        assert jobs.outcomes(connection, first) == ["failed"]
    assert jobs.effects(db) == ["2"]


def test_two_workers_share(db: Database, start: Callable[..., Running]) -> None:
    jobs.handler(db, SLEEP)
    for n in range(40):
        _enqueue(db, f"{n:02}", 0.05)
    workers = [start(), start()]
    until = time.monotonic() + 30
    while db.value("select count(*) from util.job_queue"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [w.stop() for w in workers] == [0, 0]
    shares = [[e["event"] for e in w.events()].count("completed") for w in workers]
    assert sum(shares) == 40
    assert min(shares) > 0
    assert jobs.effects(db) == [f"{n:02}" for n in range(40)]


def test_a_lost_connection_is_told_and_made_anew(
    db: Database, start: Callable[..., Running]
) -> None:
    jobs.handler(db, SLEEP)
    _enqueue(db, "1", 1)
    worker = start("--lease", "1")
    worker.wait_for("claimed")
    db.catch("select util.run_job", "pg_terminate_backend(pid)")
    worker.wait_for("completed")
    names = [e["event"] for e in worker.events()]
    assert names.index("disconnected") < names.index("lost") < names.index("completed")
    assert worker.stop() == 0
    assert jobs.effects(db) == ["1"]


def test_once_runs_what_is_due_and_ends(db: Database, cli: Cli) -> None:
    jobs.handler(db, INSERT)
    for n in "123":
        _enqueue(db, n)
    code, out, _ = cli("--database-url", db.url, "worker", "--once")
    assert code == 0
    assert out.count("completed job") == 3
    assert "\x1b" not in out
    assert jobs.effects(db) == ["1", "2", "3"]


@pytest.mark.parametrize("option", [["--poll", "0"], ["--lease", "0.5"], ["--lease", "1e9"]])
def test_times_out_of_range_are_refused(db: Database, cli: Cli, option: list[str]) -> None:
    assert cli("--database-url", db.url, "worker", *option)[0] == 2


def test_a_database_without_the_package_is_an_error(empty_db: Database, cli: Cli) -> None:
    assert cli("--database-url", empty_db.url, "worker", "--once")[0] == 3
    assert cli("--database-url", "postgresql://x@127.0.0.1:1/x", "worker", "--once")[0] == 3


@pytest.mark.processes
def test_a_killed_server_comes_back_and_nothing_runs_twice(
    db: Database, start: Callable[..., Running]
) -> None:
    jobs.handler(db, SLEEP)
    for n in range(30):
        _enqueue(db, f"{n:02}", 0.05)
    worker = start("--lease", "1")
    worker.wait_for("completed", 5)
    servers.kill(Path(db.server.data))
    try:
        worker.wait_for("unreachable", 2)
    finally:
        # Other tests need it too.
        cluster.start(db.server, *servers.SETTINGS)
    until = time.monotonic() + 30
    while db.value("select count(*) from util.job_queue"):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert worker.stop() == 0
    names = [e["event"] for e in worker.events()]
    assert names.count("connected") == 2
    assert jobs.effects(db) == [f"{n:02}" for n in range(30)]
