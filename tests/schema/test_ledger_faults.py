"""The XP ledger while the server is killed: nothing acknowledged is lost, nothing is doubled.

64 clients in four processes credit at once; three in ten requests are repeats of earlier ones, and
whoever loses the connection asks again with the same key until there is an answer. The server dies
by SIGKILL, every process of it, at moments chosen by a seed: once for each 5,000 credits asked for,
twice at least and ten times at most.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dbtool.server import cluster
from dbtool.server.cluster import Cluster
from tests.support import servers
from tests.support.database import Database
from tests.support.ledger import PROBLEMS, publish
from tests.support.servers import SETTINGS
from tests.support.soak import Soak

pytestmark = pytest.mark.processes
PROCESSES, THREADS, PEOPLE = 4, 16, 500
# Forked ones would have locks that threads of this process held.
_SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 120  # seconds without an answer
# Request number, event, total before and after.
Answer = tuple[int, UUID, int, int]


def _person(number: int) -> UUID:
    return UUID(int=0x7000_4000_8000 << 64 | number)


class Clients:
    """The threads of one process.

    Args:
        url: The ledger's database.
        process: Number of the process.
        count: How many credits are asked for, repeats included.
        seed: Chooses people and repeats.
        answered: Counts answers of all processes.
    """

    def __init__(
        self, url: str, process: int, count: int, seed: int, answered: Synchronized[int]
    ) -> None:
        self._url = url
        self._process = process
        self._count = count // THREADS
        self._seed = seed
        self._answered = answered
        self.answers: list[Answer] = []
        self.asked: set[int] = set()

    def run(self) -> None:
        """Ask for all of them."""
        threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask(self, thread: int) -> None:
        lot = random.Random(f"{self._seed}:{self._process}:{thread}")  # noqa: S311 (no secret)
        connection: psycopg.Connection | None = None
        mine: list[int] = []
        for n in range(self._count):
            if mine and lot.random() < 0.3:
                number = lot.choice(mine)
            elif self.asked and lot.random() < 0.02:
                number = lot.choice(tuple(self.asked))  # perhaps under way in another thread
            else:
                number = (self._process * THREADS + thread) * 10_000_000 + n
                mine.append(number)
                self.asked.add(number)
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    if connection is None or connection.closed:
                        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
                    self.answers.append(self._credit(connection, number))
                    break
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if time.monotonic() > until:
                        raise
                    connection = None
                    time.sleep(0.05)
            with self._answered.get_lock():
                self._answered.value += 1

    @staticmethod
    def _credit(connection: psycopg.Connection, number: int) -> Answer:
        row = connection.execute(
            "select event_id, xp_before, xp_after from gamification.credit_xp("
            "%s, 'test', 'done', %s, jsonb_build_object('n', %s::int8))",
            [_person(number % PEOPLE), f"request:{number}", number],
        ).fetchone()
        assert row
        return (number, *row)


def _work(pipe: Any, *arguments: Any) -> None:
    clients = Clients(*arguments)
    try:
        clients.run()
    finally:
        pipe.send((clients.answers, clients.asked))
        pipe.close()


def _kill(server: Cluster, answered: Synchronized[int], count: int, kills: int, seed: int) -> None:
    """Kill the server so many times, each when a share of the requests was answered."""
    lot = random.Random(seed)  # noqa: S311 (no secret)
    for after in sorted(lot.uniform(0.02, 0.9) * count for _ in range(kills)):
        before, until = answered.value, time.monotonic() + PATIENCE
        while answered.value < after:
            if answered.value > before:
                before, until = answered.value, time.monotonic() + PATIENCE
            assert time.monotonic() < until, "the clients are stuck"
            time.sleep(0.005)
        servers.kill(Path(server.data))
        started = cluster.start(server, *SETTINGS)
        assert started == server


@pytest.mark.soak("credits")
def test_credits_survive_a_server_that_is_killed_again_and_again(db: Database, soak: Soak) -> None:
    seed = soak.one_seed()
    count = soak.sizes(6_000, 20_000, 100_000)
    kills = min(10, max(2, count // 5000))
    publish(db)
    db.rows(
        "insert into public.profiles (id, username, display_name) "
        "select id, 'player_' || n, 'Player' "
        "from unnest(%s::uuid[]) with ordinality as p (id, n)",
        [[_person(n) for n in range(PEOPLE)]],
    )
    answered = _SPAWN.Value("q", 0)
    pipes, processes = [], []
    try:
        for number in range(PROCESSES):
            ours, theirs = _SPAWN.Pipe(duplex=False)
            arguments = (theirs, db.url, number, count // PROCESSES, seed, answered)
            processes.append(_SPAWN.Process(target=_work, args=arguments))
            processes[-1].start()
            theirs.close()
            pipes.append(ours)
        _kill(db.server, answered, count, kills, seed)
        # A process that fails closes its pipe, which ends this too.
        told = [pipe.recv() for pipe in pipes]
    finally:
        for process in processes:
            process.kill()
            process.join()
    answers = [answer for given, _ in told for answer in given]
    _judge(db, answers, {number for _, asked in told for number in asked}, seed)


def _judge(db: Database, answers: list[Answer], asked: set[int], seed: int) -> None:
    told: dict[int, Answer] = {}
    for answer in answers:
        assert told.setdefault(answer[0], answer) == answer, f"two answers, seed {seed}"
    assert set(told) == asked
    assert len(answers) > 1.2 * len(asked)
    with db.connect() as connection:
        assert connection.execute(PROBLEMS).fetchall() == [], f"seed {seed}"
        events = connection.execute(
            "select (reference ->> 'n')::bigint, id, xp_before, xp_after "
            "from gamification.xp_events where source_type = 'test'"
        ).fetchall()
        totals = connection.execute(
            "select sum(total_xp), sum(last_seq) from gamification.user_xp where user_id >= %s",
            [_person(0)],
        ).fetchone()
    assert len(events) == len(asked), f"doubled or lost, seed {seed}"
    assert {number: (number, *rest) for number, *rest in events} == told, f"seed {seed}"
    assert totals == (10 * len(asked), len(asked))
