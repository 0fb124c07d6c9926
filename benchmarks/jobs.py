"""How fast jobs are claimed and completed, against other queues in Postgres in the same run.

One operation is what a worker does for a job (or a batch of jobs) besides the work: it claims in
one transaction and completes in another, by the functions or statements of that queue's own worker,
prepared, over pgbench. The queue is filled before. fsync is on. Rounds are interleaved, medians
compared, and the ratio is to the fastest peer.

Then each of them beside a transaction that was opened a minute before and has a number and a
snapshot: what was completed since cannot be cleaned up.

PGMQ_SQL names pgmq's file of SQL (pgmq-extension/sql/pgmq.sql), NODE_MODULES a folder with
graphile-worker; procrastinate is imported. Queues that are not there are left out and named.

Ours keeps a row of history for each attempt and procrastinate keeps the job; pgmq (delete) and
graphile-worker keep nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks import queues, servers
from benchmarks.queues import Queue
from benchmarks.servers import OWNER
from dbtool.server.cluster import Cluster


@dataclass(frozen=True)
class Rate:
    """Jobs per second of one queue.

    Attributes:
        queue: Its name.
        batch: Jobs an operation.
        clients: At once.
        rates: Of each round.
        median: Of them.
        ratio: To the fastest peer's median; None without a peer, and for peers.
    """

    queue: str
    batch: int
    clients: int
    rates: tuple[float, ...]
    median: float
    ratio: float | None = None


@dataclass(frozen=True)
class Held:
    """The same beside a transaction that stays open.

    Attributes:
        queue: Its name.
        alone: Jobs per second without it, after the same time under load.
        beside: With it.
        kept: The one by the other.
    """

    queue: str
    alone: float
    beside: float
    kept: float


class RanOutError(Exception):
    """The queue was empty before the time was over."""


class Bench:
    """One server with a database for each queue."""

    def __init__(self, server: Cluster, found: Sequence[Queue], folder: Path) -> None:
        self.server = server
        self.folder = folder
        # Jobs a second to fill in, raised where a queue is faster.
        self.expected: dict[tuple[str, int, int], float] = {}
        for queue in found:
            self._install(queue)

    def _database(self, queue: Queue) -> str:
        return "jobs_" + re.sub(r"\W", "_", queue.name)

    def url(self, queue: Queue) -> str:
        """The owner's URL of a queue's database."""
        return self.server.url(OWNER, self._database(queue))

    def _install(self, queue: Queue) -> None:
        name = self._database(queue)
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(f"create database {name} template prepared".encode())
            connection.execute(f"alter database {name} owner to {OWNER}".encode())
        with psycopg.connect(self.server.url(database=name), autocommit=True) as connection:
            # pgmq grants to pg_monitor; procrastinate makes its tables in public.
            connection.execute(f"grant all on schema public to {OWNER}".encode())
        with psycopg.connect(self.url(queue), autocommit=True) as connection:
            queue.install(self.url(queue), connection)

    def rate(self, queue: Queue, batch: int, clients: int, seconds: int, load: int = 1) -> float:
        """Jobs per second, of ``seconds`` that follow ``load`` seconds of the same.

        The queue is filled anew, with more where it ran out.
        """
        key = (queue.name, batch, clients)
        expected = self.expected.get(key, 6000.0 if batch == 1 else 24000.0)
        while True:
            try:
                jobs = int(expected * (seconds + load))
                return self._measured(queue, batch, clients, seconds + load, seconds, jobs)
            except RanOutError:
                expected *= 2
                self.expected[key] = expected

    def _measured(
        self, queue: Queue, batch: int, clients: int, seconds: int, last: int, jobs: int
    ) -> float:
        script = self.folder / "operation.sql"
        script.write_text(queue.script(batch))
        with psycopg.connect(self.url(queue), autocommit=True) as connection:
            queue.fill(connection, jobs)
            given = [f"-D{name}={v}" for name, v in queue.variables(connection).items()]
            with psycopg.connect(self.server.url(), autocommit=True) as admin:
                admin.execute("checkpoint")
            # What filling wrote must not be on its way to the disk while commits wait for it.
            os.sync()
            said = self._pgbench(queue, clients, seconds, script, given)
            done = jobs - queue.left(connection)
        match = re.search(r"transactions actually processed: (\d+)", said)
        operations = int(match[1]) if match else 0
        if done >= jobs or "aborted" in said:
            if jobs - done > clients * batch or not operations:
                raise SystemExit(f"{queue.name}: pgbench failed:\n{said}")
            raise RanOutError
        each = [float(n) for n in re.findall(r"^progress: .* s, ([\d.]+) tps", said, re.M)]
        return statistics.fmean(each[-last:]) * done / operations

    def _pgbench(
        self, queue: Queue, clients: int, seconds: int, script: Path, given: Sequence[str]
    ) -> str:
        command = [
            str(Path(self.server.bin) / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", "--progress=1"),
            *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--time={seconds}"),
            f"--file={script}",
            *given,
            self.url(queue),
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.stdout + result.stderr

    @contextmanager
    def open_transaction(self, queue: Queue) -> Iterator[None]:
        """Somebody who has a transaction number and a snapshot, and keeps them."""
        with psycopg.connect(self.url(queue), autocommit=True) as holder:
            holder.execute("begin isolation level repeatable read")
            holder.execute("select pg_current_xact_id(), count(*) from pg_class")
            yield
            holder.execute("rollback")


def compare(
    bench: Bench, found: Sequence[Queue], clients: Sequence[int], rounds: int, seconds: int
) -> list[Rate]:
    """Every queue with every batch and number of clients, round by round."""
    cases = [(q, b, c) for b in (1, 10) for c in clients for q in found if b in q.batches]
    rates: dict[tuple[str, int, int], list[float]] = {}
    for number in range(rounds):
        for done, (queue, batch, at_once) in enumerate(cases):
            _tell(f"round {number + 1}/{rounds}, {done + 1}/{len(cases)}: {queue.name}")
            found_rate = bench.rate(queue, batch, at_once, seconds)
            rates.setdefault((queue.name, batch, at_once), []).append(found_rate)
    medians = {key: statistics.median(each) for key, each in rates.items()}
    measured = []
    for (name, size, at_once), each in rates.items():
        peers = [m for (n, b, c), m in medians.items() if n != "ours" and (b, c) == (size, at_once)]
        median = medians[name, size, at_once]
        ratio = median / max(peers) if peers and name == "ours" else None
        measured.append(Rate(name, size, at_once, tuple(each), median, ratio))
    return measured


def beside(
    bench: Bench, found: Sequence[Queue], clients: int, load: int, seconds: int
) -> list[Held]:
    """Every queue alone and beside an open transaction, each after the same time under load."""
    measured = []
    for queue in found:
        _tell(f"{queue.name}: {load} s under load, alone")
        alone = bench.rate(queue, 1, clients, seconds, load)
        _tell(f"{queue.name}: {load} s under load, beside an open transaction")
        with bench.open_transaction(queue):
            held = bench.rate(queue, 1, clients, seconds, load)
        measured.append(Held(queue.name, alone, held, held / alone))
    return measured


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for column in columns:
        table.add_column(column, justify="left" if column == "queue" else "right")
    return table


def report(rates: Sequence[Rate], held: Sequence[Held], left_out: Sequence[str]) -> None:
    """For people."""
    console = Console()
    if rates:
        table = _table(
            "claim and complete", "batch", "clients", "queue", "jobs/s", "least", "most", "ratio"
        )
        for r in rates:
            ratio = f"{r.ratio:.2f}" if r.ratio is not None else ""
            spread = (f"{min(r.rates):,.0f}", f"{max(r.rates):,.0f}")
            table.add_row(str(r.batch), str(r.clients), r.queue, f"{r.median:,.0f}", *spread, ratio)
        console.print(table)
    if held:
        table = _table("beside an open transaction", "queue", "alone", "beside", "kept")
        for h in held:
            table.add_row(h.queue, f"{h.alone:,.0f}", f"{h.beside:,.0f}", f"{h.kept:.2f}")
        console.print(table)
    for line in left_out:
        console.print(f"left out: {line}", highlight=False)


def main() -> None:
    """Make a server and the queues, measure, throw them away."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks jobs", description=__doc__)
    parser.add_argument("--clients", default="1,4,16")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--held", type=int, default=60, help="seconds under load; 0: leave it out")
    parser.add_argument("--held-clients", type=int, default=4)
    parser.add_argument("--only", default="", help="queues, with commas between them")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found, left_out = queues.installed()
    if arguments.only:
        found = [queue for queue in found if queue.name in arguments.only.split(",")]
    clients = [int(word) for word in arguments.clients.split(",")]
    with (
        servers.prepared("shared_buffers=1GB", "max_wal_size=8GB") as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        bench = Bench(server, found, Path(folder))
        rates = compare(bench, found, clients, arguments.rounds, arguments.seconds)
        held = (
            beside(bench, found, arguments.held_clients, arguments.held, arguments.seconds)
            if arguments.held
            else []
        )
    if arguments.json:
        measured = {"rates": [asdict(r) for r in rates], "held": [asdict(h) for h in held]}
        json.dump({**measured, "left_out": left_out}, sys.stdout, indent=2)
    else:
        report(rates, held, left_out)
