"""How fast ``dbtool migrate`` is, against the bare statements and against dbmate.

Generated migrations (a table, an index, a policy each) are applied to empty databases of one
embedded server with fsync on, interleaved, and the medians compared:

- raw: the same statements through psycopg, a transaction a file, in one session;
- dbtool: ``dbtool migrate`` as its users type it, start-up included;
- dbmate: ``dbmate up``, where the program is on PATH or DBMATE names it.

A run with nothing to do is compared with an interpreter that imports psycopg and connects.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks import servers
from benchmarks.servers import OWNER, REPOSITORY
from dbtool.server.cluster import Cluster

FILE = """\
create table app.table_{n} (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    title text not null,
    created_at timestamptz not null default now(),
    constraint pk_table_{n} primary key (id)
);
create index idx_table_{n}_user_id on app.table_{n} (user_id);
alter table app.table_{n} enable row level security;
create policy table_{n}_select_own on app.table_{n} for select to authenticated
using (user_id = (select auth.uid()));
"""


def _version(n: int) -> str:
    hours, rest = divmod(n, 3600)
    return f"20260101{hours:02}{rest // 60:02}{rest % 60:02}"


def _texts(count: int) -> list[str]:
    return ["create schema app;\n", *(FILE.format(n=n) for n in range(1, count))]


class Bench:
    """One server, one set of files, and the ways to apply them."""

    def __init__(self, server: Cluster, folder: Path, count: int) -> None:
        self.server = server
        self.count = count
        self.texts = _texts(count)
        self.project = folder / f"project-{count}"
        (self.project / "migrations/app").mkdir(parents=True)
        (self.project / "dbtool.toml").write_text("")
        shutil.copytree(REPOSITORY / "platform", self.project / "platform")
        self.mates = folder / f"dbmate-{count}"
        self.mates.mkdir()
        for n, text in enumerate(self.texts):
            name = f"{_version(n)}_step"
            (self.project / "migrations/app" / f"{name}.sql").write_text(text)
            (self.mates / f"{name}.sql").write_text(f"-- migrate:up\n{text}\n-- migrate:down\n")
        self.number = 0

    def database(self) -> str:
        """An empty database on a prepared platform; the owner's URL."""
        self.number += 1
        name = f"bench_{self.count}_{self.number}"
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(f"create database {name} template prepared".encode())
            connection.execute(f"grant create on database {name} to {OWNER}".encode())
        return self.server.url(OWNER, name)

    def raw(self, url: str) -> None:
        """The statements and nothing else."""
        with psycopg.connect(url, autocommit=True) as connection:
            for text in self.texts:
                connection.execute(f"begin; {text} commit".encode())

    def dbtool(self, url: str) -> None:
        """As its users type it."""
        _run([sys.executable, "-m", "dbtool", "--project", str(self.project), "migrate"], url)

    def dbmate(self, url: str, program: str) -> None:
        """The peer, without its dump of the schema."""
        _run(
            [
                program,
                f"--migrations-dir={self.mates}",
                "--no-dump-schema",
                "--migrations-table=app_history",
                "up",
            ],
            f"{url}?sslmode=disable",
        )

    def timed(self, work: Callable[[str], None], url: str | None = None) -> float:
        """Seconds that work takes on an empty database, or on the one given."""
        target = url or self.database()
        began = time.perf_counter()
        work(target)
        return time.perf_counter() - began


def _run(command: list[str], url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url}
    # As for everyone: modules are compiled once.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"{command[0]} failed:\n{result.stdout}\n{result.stderr}")


def _bare(url: str) -> None:
    _run(
        [sys.executable, "-c", "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'])"],
        url,
    )


def measure(bench: Bench, rounds: int, dbmate: str | None) -> None:
    """Print the medians and ratios for one number of files."""
    times: dict[str, list[float]] = {"raw": [], "dbtool": [], "dbmate": [], "start": []}
    nothing: list[float] = []
    for _ in range(rounds):
        times["raw"].append(bench.timed(bench.raw))
        if dbmate:
            times["dbmate"].append(bench.timed(lambda url: bench.dbmate(url, dbmate)))
        url = bench.database()
        times["dbtool"].append(bench.timed(bench.dbtool, url))
        for _ in range(3):
            times["start"].append(bench.timed(_bare, url))
            nothing.append(bench.timed(bench.dbtool, url))
    medians = {name: statistics.median(found) for name, found in times.items() if found}
    idle = statistics.median(nothing)
    for name in ("raw", "dbtool", "dbmate"):
        if name in medians:
            print(f"{bench.count:5} files  {name:8} {medians[name]:7.3f} s")
    beyond = (medians["dbtool"] - idle) / medians["raw"]
    print(f"{bench.count:5} files  dbtool beyond start-up / raw: {beyond:.2f}")
    if "dbmate" in medians:
        print(
            f"{bench.count:5} files  dbtool / dbmate: {medians['dbtool'] / medians['dbmate']:.2f}"
        )
    print(
        f"{bench.count:5} files  nothing to do: {idle:.3f} s, "
        f"{idle - medians['start']:+.3f} s beyond psycopg and a connection"
    )


def main() -> None:
    """Make a server, measure, throw it away."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks migrate", description=__doc__)
    parser.add_argument("--counts", default="200,2000")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    dbmate = os.environ.get("DBMATE") or shutil.which("dbmate")
    with servers.prepared() as server, tempfile.TemporaryDirectory() as folder:
        for count in map(int, arguments.counts.split(",")):
            measure(Bench(server, Path(folder), count), arguments.rounds, dbmate)
