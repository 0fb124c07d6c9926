"""What a credit of XP costs, against the bare statement that writes the same rows.

- floor: one prepared statement that inserts the key and the event and updates the total;
- credit: gamification.credit_xp() for a source with a cooldown and a daily cap, with levels, its
  answer stored, checks and rules included.

pgbench with prepared statements, fsync on, a person's turn comes again after thousands of others.
Rounds alternate and each pair gives a ratio; the median counts. Then the same beside a journal of
many months: a database with ``--events`` in it, its rounds alternating with those of the young one.
There the checker proves the ledger, and is timed.

    python -m benchmarks xp --events 10000000
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks import servers
from benchmarks.servers import OWNER, REPOSITORY
from dbtool.commands import migrate
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster

MONTHS = 24
_PEOPLE = """
    insert into public.profiles (id, username, display_name)
    select
        ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'player_' || n, 'Player ' || n
    from generate_series(1, %s) as n;
"""
_ACCOUNTS = """
    select gamification.publish_xp_source('bench', 'run', 10, 1, 1000000000);
    insert into gamification.user_xp (user_id, next_level_at, last_event_at)
    select p.id, (gamification.compute_level_info(0)).next_level_at, now()
    from public.profiles as p;
"""
# Seconds between two events of a person, so that they end where the present month begins.
_HISTORY = """
    with event as (
        select
            u.user_id,
            gen_random_uuid() as id,
            s.seq,
            date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'
            - (%(each)s - s.seq + random()) * interval '{months} months' / %(each)s as created_at
        from gamification.user_xp as u
        cross join generate_series(1, %(each)s) as s (seq)
    ),
    made as (
        insert into gamification.xp_events (
            user_id, id, created_at, seq, source_type, action_type, source_version, xp_delta,
            xp_before, xp_after, level_before, level_after, reference
        )
        select user_id, id, created_at, seq, 'bench', 'run', 1, 10, 10 * (seq - 1), 10 * seq, 1, 1,
            '{{"lesson_id": "00000000-0000-4000-8000-000000000001"}}'
        from event
    )
    insert into gamification.xp_idempotency_keys (user_id, key, event_id, event_created_at)
    select user_id, 'history:' || seq, id, created_at from event
"""
# A client goes through its own people, in an order that is not that of their rows.
_PERSON = r"""
\set i :i + 1
\set n :client_id * :block + 1 + (:i * 7919) % :block
"""
_ID = "('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid"
_KEY = "'bench:' || :run::text || ':' || :client_id::text || ':' || :i::text"
_REFERENCE = '\'{"lesson_id": "00000000-0000-4000-8000-000000000001"}\''
SCRIPTS = {
    "credit": f"""{_PERSON}
select * from gamification.credit_xp({_ID}, 'bench', 'run', {_KEY}, {_REFERENCE});
""",
    "floor": f"""{_PERSON}
with key as (
    insert into gamification.xp_idempotency_keys (user_id, key, event_id)
    values ({_ID}, {_KEY}, gen_random_uuid())
    returning event_id
), total as (
    update gamification.user_xp
    set total_xp = total_xp + 10, last_seq = last_seq + 1, last_event_at = now()
    where user_id = {_ID}
    returning user_id, total_xp, last_seq
)
insert into gamification.xp_events (
    user_id, id, seq, source_type, action_type, source_version, xp_delta, xp_before, xp_after,
    level_before, level_after, reference
)
select t.user_id, k.event_id, t.last_seq, 'bench', 'run', 1, 10, t.total_xp - 10, t.total_xp, 1, 1,
    {_REFERENCE}
from total as t, key as k
returning id, xp_delta, xp_before, xp_after, level_before, level_after;
""",
}


@dataclass(frozen=True)
class Paired:
    """Two things measured in turns.

    Attributes:
        what: ``credit / floor``, or ``credit, old / young``.
        clients: At once.
        first: Transactions a second, median.
        second: Of the other.
        ratio: Median of the pairs' ratios, first by second.
        spread: Lowest and highest of them.
    """

    what: str
    clients: int
    first: float
    second: float
    ratio: float
    spread: tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """All of a run."""

    paired: tuple[Paired, ...]
    journal_scans: int
    events: int
    checker_seconds: float | None
    checker_found: int


class Bench:
    """One server, with a young and perhaps an old database."""

    def __init__(self, server: Cluster, folder: Path, people: int, seconds: int) -> None:
        self.server = server
        self.folder = folder
        self.people = people
        self.seconds = seconds
        self.runs = 0
        for name, text in SCRIPTS.items():
            (folder / f"{name}.sql").write_text(text)

    def make(self, name: str, events: int = 0) -> None:
        """A database with the package, its people and, where asked, a past."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(f"create database {name} template prepared".encode())
            connection.execute(f"grant create, temporary on database {name} to {OWNER}".encode())
        migrate.migrate(Settings(REPOSITORY, self.server.url(OWNER, name)), Options(), Silent())
        with psycopg.connect(self.server.url(OWNER, name), autocommit=True) as connection:
            connection.execute("set synchronous_commit = off")
            connection.execute(_PEOPLE, [self.people])
            connection.execute(_ACCOUNTS.encode())
            if name == "floor":
                # It knows of no levels.
                connection.execute("update gamification.user_xp set next_level_at = null")
            if events:
                self._fill(connection, events // self.people)
            connection.execute("vacuum analyze")
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute("checkpoint")

    def _fill(self, connection: psycopg.Connection, each: int) -> None:
        """A past of so many events for each person."""
        connection.execute(
            """
            select util.ensure_partition(
                'gamification.xp_events',
                ((now() at time zone 'UTC') - make_interval(months => m))::date
            )
            from generate_series(1, %s) as m
            """,
            [MONTHS],
        )
        connection.execute(_HISTORY.format(months=MONTHS).encode(), {"each": each})
        connection.execute(
            """
            update gamification.user_xp as u
            set (total_xp, last_seq, current_level, current_xp_in_level, next_level_at)
                = (select 10 * %(each)s, %(each)s, i.level, i.xp_in_level, i.next_level_at
                    from gamification.compute_level_info(10 * %(each)s) as i)
            """,
            {"each": each},
        )

    def rate(self, database: str, script: str, clients: int) -> float:
        """Transactions per second."""
        self.runs += 1
        command = [
            str(Path(self.server.bin) / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={clients}",
            f"--jobs={min(clients, 2)}",
            f"--time={self.seconds}",
            f"--define=block={self.people // clients}",
            f"--define=run={self.runs}",
            "--define=i=0",
            f"--file={self.folder / script}.sql",
            self.server.url(OWNER, database),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
        if done.returncode or not found or "aborted" in done.stderr:
            raise RuntimeError(done.stderr or done.stdout)
        return float(found[1])

    def paired(
        self, what: str, one: tuple[str, str], other: tuple[str, str], clients: int, rounds: int
    ) -> Paired:
        """Two (database, script) in turns."""
        pairs = []
        for number in range(rounds):
            turns = (one, other) if number % 2 else (other, one)
            rates = {turn: self.rate(*turn, clients) for turn in turns}
            pairs.append((rates[one], rates[other]))
        ratios = sorted(a / b for a, b in pairs)
        return Paired(
            what,
            clients,
            statistics.median(a for a, _ in pairs),
            statistics.median(b for _, b in pairs),
            statistics.median(ratios),
            (ratios[0], ratios[-1]),
        )

    def journal_scans(self, database: str, clients: int) -> int:
        """How often a round of credits looked into the journal."""

        def scans() -> int:
            with psycopg.connect(self.server.url(database=database)) as connection:
                row = connection.execute(
                    "select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) "
                    "from pg_stat_all_tables where relname like 'xp\\_events%'"
                ).fetchone()
            return int(row[0]) if row else 0

        time.sleep(1.5)  # backends report when they end
        before = scans()
        self.rate(database, "credit", clients)
        time.sleep(1.5)
        return scans() - before

    def check(self, database: str) -> tuple[float, int]:
        """How long the checker takes, and how much it finds."""
        began = time.perf_counter()
        with psycopg.connect(self.server.url(OWNER, database)) as connection:
            found = connection.execute("select * from gamification.check_xp_ledger()").fetchall()
        return time.perf_counter() - began, len(found)


def _show(measured: Measured) -> None:
    table = Table("what", "clients", "first /s", "second /s", "ratio", "lowest", "highest")
    for line in measured.paired:
        table.add_row(
            line.what,
            str(line.clients),
            f"{line.first:,.0f}",
            f"{line.second:,.0f}",
            f"{line.ratio:.2f}",
            f"{line.spread[0]:.2f}",
            f"{line.spread[1]:.2f}",
        )
    console = Console()
    console.print(table)
    console.print(f"looks into the journal during a round of credits: {measured.journal_scans}")
    if measured.checker_seconds is not None:
        console.print(
            f"checker over {measured.events:,} events: {measured.checker_seconds:.1f} s, "
            f"{measured.checker_found} problems"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks xp", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000, help="in the old journal; 0: none")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    options = ("shared_buffers=1GB", "max_wal_size=8GB", "max_connections=100")
    with servers.prepared(*options) as server, tempfile.TemporaryDirectory() as folder:
        bench = Bench(server, Path(folder), asked.people, asked.seconds)
        bench.make("floor")
        bench.make("young")
        lines = []
        for clients in asked.clients:
            print(f"{clients} clients ...", file=sys.stderr)
            lines.append(
                bench.paired(
                    "credit / floor", ("young", "credit"), ("floor", "floor"), clients, asked.rounds
                )
            )
        scans = bench.journal_scans("young", asked.clients[0])
        seconds, found = None, 0
        if asked.events:
            print(f"a journal of {asked.events:,} events ...", file=sys.stderr)
            bench.make("old", asked.events)
            seconds, found = bench.check("old")
            for clients in asked.clients:
                lines.append(
                    bench.paired(
                        "credit, old / young",
                        ("old", "credit"),
                        ("young", "credit"),
                        clients,
                        asked.rounds,
                    )
                )
    measured = Measured(tuple(lines), scans, asked.events, seconds, found)
    if asked.json:
        print(json.dumps(asdict(measured)))
    else:
        _show(measured)
