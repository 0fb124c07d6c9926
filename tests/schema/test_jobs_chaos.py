"""Workers are killed and paused at random: nothing is lost, nothing happens twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.database import Database
from tests.support.servers import REPOSITORY
from tests.support.soak import Soak

WORKERS = 8


class Herd:
    """Eight workers, and what happens to them."""

    def __init__(self, db: Database, folder: Path, seed: int) -> None:
        self._db = db
        self._seed = seed
        self._folder = folder
        self._lot = random.Random(seed)  # noqa: S311 (no secret)
        self._count = 0
        self._paused: dict[int, float] = {}
        self._workers = [self._start() for _ in range(WORKERS)]
        self.killed = self.paused = 0

    def _start(self) -> subprocess.Popen[bytes]:
        self._count += 1
        log = self._folder / f"refused{self._count}"
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.support.chaos_worker",
                self._db.url,
                str(log),
                f"{self._seed} {self._count}",
            ],
            cwd=REPOSITORY,
        )

    def disturb(self) -> None:
        """Kill a worker, or pause one for longer than its lease; let those go on that waited."""
        victim = self._lot.randrange(WORKERS)
        if victim not in self._paused:
            if len(self._paused) == 3 or self._lot.random() < 0.3:
                self._kill(self._workers[victim])
                self._workers[victim] = self._start()
                self.killed += 1
            else:
                self._workers[victim].send_signal(signal.SIGSTOP)
                self._paused[victim] = time.monotonic() + self._lot.uniform(1.2, 2)
                self.paused += 1
        for number, until in list(self._paused.items()):
            if time.monotonic() > until:
                self._go_on(number)

    def _go_on(self, number: int) -> None:
        self._workers[number].send_signal(signal.SIGCONT)
        del self._paused[number]

    @staticmethod
    def _kill(worker: subprocess.Popen[bytes]) -> None:
        # One that ended by itself met an error that it must not meet.
        assert worker.poll() is None
        worker.kill()
        worker.wait()

    def has_suffered(self) -> bool:
        """Whether enough happened: workers were killed and paused, and a zombie was refused."""
        return self.killed >= 5 and self.paused >= 5 and bool(self.refusals())

    def end(self) -> None:
        """Let the last zombies try, then stop all."""
        for number in list(self._paused):
            self._go_on(number)
        time.sleep(1)
        for worker in self._workers:
            self._kill(worker)

    def abandon(self) -> None:
        """Leave no process behind, whatever happened."""
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def refusals(self) -> set[tuple[int, str]]:
        """The job and the token of every completion that was refused."""
        return {
            (int(line.split()[0]), line.split()[1])
            for log in self._folder.glob("refused*")
            for line in log.read_text().splitlines()
        }


def is_queued(db: Database) -> bool:
    """Whether a job waits or is under way."""
    return bool(db.value("select exists (select from util.job_queue)"))


def enqueue(db: Database, jobs: int) -> None:
    """Queue so many jobs, of three priorities."""
    db.rows(
        "select util.enqueue_job('q', 'k', p_priority => 100 + n %% 3, p_max_attempts => 100) "
        "from generate_series(1, %s) as n",
        [jobs],
    )


@pytest.mark.soak("jobs")
def test_killed_and_paused_workers_lose_nothing_and_repeat_nothing(
    db: Database, tmp_path: Path, soak: Soak
) -> None:
    at_once = soak.sizes(1_000, 5_000, 20_000)
    db.rows("create schema app; create table app.effects (job_id bigint, lease_token uuid)")
    db.rows("create table app.counters (shard int primary key, n bigint not null default 0)")
    db.rows("insert into app.counters select generate_series(0, 63)")
    jobs = 0
    herd = Herd(db, tmp_path, soak.one_seed())
    deadline = time.monotonic() + 120 + at_once / 50
    try:
        # A fast machine gets more jobs until enough has happened to its workers.
        while (queued := is_queued(db)) or not herd.has_suffered():
            assert time.monotonic() < deadline
            if not queued:
                enqueue(db, at_once)
                jobs += at_once
            herd.disturb()
            time.sleep(0.25)
        herd.end()
    finally:
        herd.abandon()

    assert db.rows("select count(*), count(distinct job_id) from app.effects") == [(jobs, jobs)]
    assert db.value("select sum(n)::bigint from app.counters") == jobs
    runs = db.rows(
        "select outcome, count(*), count(distinct job_id) from util.job_runs group by 1 order by 1"
    )
    assert [row[0] for row in runs] == ["completed", "expired"]
    assert runs[0][1:] == (jobs, jobs)
    # Every effect is that of the attempt which was completed, and that was the last one.
    assert (
        db.rows(
            "select e.* from app.effects as e where not exists (select from util.job_runs as r "
            "where r.job_id = e.job_id and r.lease_token = e.lease_token "
            "and r.outcome = 'completed' and r.attempt = ("
            "select max(attempt) from util.job_runs where job_id = e.job_id))"
        )
        == []
    )
    refused = herd.refusals()
    expired = {
        (row[0], str(row[1]))
        for row in db.rows(
            "select job_id, lease_token from util.job_runs where outcome = 'expired'"
        )
    }
    assert refused <= expired
