"""Job queues as benchmarks/jobs.py measures them: how each is installed, filled and worked on.

Nothing of the peers is kept here: their SQL comes from where they are installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.servers import REPOSITORY
from dbtool.commands import migrate
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options

Connection = psycopg.Connection[Any]


class Queue(ABC):
    """One queue in a database of its own.

    Attributes:
        name: As the report calls it.
        batches: How many jobs its workers can take at a time.
    """

    name: str
    batches: tuple[int, ...] = (1, 10)

    @abstractmethod
    def install(self, url: str, connection: Connection) -> None:
        """Make it, in an empty database on a prepared platform."""

    @abstractmethod
    def fill(self, connection: Connection, jobs: int) -> None:
        """Take everything out and put in so many jobs that are due, by its own functions."""

    @abstractmethod
    def left(self, connection: Connection) -> int:
        """How many are not completed."""

    @abstractmethod
    def script(self, batch: int) -> str:
        """For pgbench: one claim and one completion, each a transaction."""

    def variables(self, connection: Connection) -> Mapping[str, str]:
        """What the script needs to know besides."""
        return {}


class Ours(Queue):
    """util.claim_jobs and util.complete_job."""

    name = "ours"

    def install(self, url: str, connection: Connection) -> None:
        """As everyone does."""
        migrate.migrate(Settings(REPOSITORY, url), Options(), Silent())

    def fill(self, connection: Connection, jobs: int) -> None:
        """One statement, one call a job."""
        connection.execute("truncate util.job_queue, util.job_runs")
        connection.execute(
            "select count(util.enqueue_job('bench', 'bench.job')) from generate_series(1, %s)",
            [jobs],
        )
        connection.execute("vacuum analyze util.job_queue")

    def left(self, connection: Connection) -> int:
        """What was not completed."""
        return _count(connection, "select count(*) from util.job_queue")

    def script(self, batch: int) -> str:
        """With the lease token, which the peers do not have."""
        if batch == 1:
            return (
                "select job_id, lease_token from util.claim_jobs('bench', 'bench') \\gset\n"
                "select util.complete_job(:job_id::bigint, :lease_token::uuid);\n"
            )
        return (
            "select array_agg(job_id) as ids, array_agg(lease_token) as tokens "
            f"from util.claim_jobs('bench', 'bench', {batch}) \\gset\n"
            "select util.complete_jobs(:ids::bigint[], :tokens::uuid[]);\n"
        )


class Pgmq(Queue):
    """Its installation without the extension: one file of SQL."""

    name = "pgmq"

    def __init__(self, file: Path) -> None:
        self.file = file

    def install(self, url: str, connection: Connection) -> None:
        """Run the file, make a queue."""
        connection.execute(self.file.read_bytes())
        connection.execute("select pgmq.create('bench')")

    def fill(self, connection: Connection, jobs: int) -> None:
        """One batch."""
        connection.execute("select pgmq.purge_queue('bench')")
        connection.execute(
            "select count(*) from pgmq.send_batch('bench', array_fill('{}'::jsonb, array[%s]))",
            [jobs],
        )
        connection.execute("vacuum analyze pgmq.q_bench")

    def left(self, connection: Connection) -> int:
        """What was not deleted."""
        return _count(connection, "select count(*) from pgmq.q_bench")

    def script(self, batch: int) -> str:
        """Delete, which is faster than archive and keeps no history."""
        if batch == 1:
            return (
                "select msg_id from pgmq.read('bench', 60, 1) \\gset\n"
                "select pgmq.delete('bench', :msg_id::bigint);\n"
            )
        return (
            f"select array_agg(msg_id) as ids from pgmq.read('bench', 60, {batch}) \\gset\n"
            "select pgmq.delete('bench', :ids::bigint[]);\n"
        )


_CAPTURE = """
const dist = process.argv[1] + '/graphile-worker/dist/sql/';
const {batchGetJobs} = require(dist + 'getJobs.js');
const {batchCompleteJobs} = require(dist + 'completeJobs.js');
const texts = [];
const client = {query: q => {
  texts.push(q.text);
  return Promise.resolve({rows: [{id: 1, identifier: 'bench'}]});
}};
const ask = work => work(client);
ask.withRetries = ask;
const worker = {preparedStatements: true, useNodeTime: false};
const options = {escapedWorkerSchema: 'graphile_worker', resolvedPreset: {worker}};
const size = Number(process.argv[2]);
(async () => {
  await batchGetJobs(options, ask, {bench: () => {}}, 'bench', null, size);
  const jobs = Array.from({length: size}, (_, id) => ({id, job_queue_id: null}));
  await batchCompleteJobs(options, ask, 'bench', jobs);
  console.log(JSON.stringify(texts.slice(-2)));
})();
"""


class Graphile(Queue):
    """The statements that its worker sends, as its own modules write them."""

    name = "graphile-worker"

    def __init__(self, modules: Path) -> None:
        self.modules = modules.resolve()

    def install(self, url: str, connection: Connection) -> None:
        """Its own migrations."""
        program = str(self.modules / "graphile-worker/dist/cli.js")
        subprocess.run(
            ["node", program, "--schema-only", "-c", url], check=True, capture_output=True
        )

    def fill(self, connection: Connection, jobs: int) -> None:
        """One call."""
        connection.execute("truncate graphile_worker._private_jobs")
        connection.execute(
            """
            with jobs as (
                select row('bench', null, null, null, null, null, null, null)
                    ::graphile_worker.job_spec as job
                from generate_series(1, %s)
            )

            select count(*) from graphile_worker.add_jobs(array(select job from jobs))
            """,
            [jobs],
        )
        connection.execute("vacuum analyze graphile_worker._private_jobs")

    def left(self, connection: Connection) -> int:
        """What was not deleted."""
        return _count(connection, "select count(*) from graphile_worker._private_jobs")

    def variables(self, connection: Connection) -> Mapping[str, str]:
        """The tasks that the worker knows."""
        found = _count(connection, "select min(id) from graphile_worker._private_tasks")
        return {"worker": "bench", "tasks": f"{{{found}}}"}

    def script(self, batch: int) -> str:
        """What it would send with prepared statements, on one line each."""
        result = subprocess.run(
            ["node", "-e", _CAPTURE, str(self.modules), str(batch)],
            check=True,
            capture_output=True,
            text=True,
        )
        claim, complete = (" ".join(text.split()) for text in json.loads(result.stdout))
        claim = claim.replace("$1", ":worker").replace("$2", ":tasks")
        if batch == 1:
            return f"{claim} \\gset\n{complete.replace('$1', ':id')};\n"
        # pgbench keeps values of one row: rows that a worker reads one by one come as an array.
        before, update = claim.replace("returning *", "returning jobs.id").rsplit(") update ", 1)
        claim = f"{before}), claimed as (update {update}) select array_agg(id) as ids from claimed"
        return f"{claim} \\gset\n{complete.replace('$1', ':ids')};\n"


class Procrastinate(Queue):
    """The queries that its worker sends; it has no batches."""

    name = "procrastinate"
    batches = (1,)

    def __init__(self) -> None:
        self.queries: Mapping[str, str] = importlib.import_module("procrastinate.sql").queries

    def install(self, url: str, connection: Connection) -> None:
        """Its own schema, and a worker."""
        schema = importlib.import_module("procrastinate.schema").SchemaManager.get_schema()
        connection.execute(schema.encode())
        connection.execute(self.queries["register_worker"].encode())

    def fill(self, connection: Connection, jobs: int) -> None:
        """One call."""
        connection.execute("truncate procrastinate_jobs, procrastinate_events cascade")
        connection.execute(
            """
            with jobs as (
                select row('bench', 'bench', 0, null, null, '{}', null)
                    ::procrastinate_job_to_defer_v1 as job
                from generate_series(1, %s)
            )

            select count(*) from unnest(procrastinate_defer_jobs_v1(array(select job from jobs)))
            """,
            [jobs],
        )
        connection.execute("vacuum analyze procrastinate_jobs")

    def left(self, connection: Connection) -> int:
        """What has not succeeded."""
        return _count(
            connection, "select count(*) from procrastinate_jobs where status <> 'succeeded'"
        )

    def variables(self, connection: Connection) -> Mapping[str, str]:
        """The worker's number, and its defaults."""
        worker = _count(connection, "select min(id) from procrastinate_workers")
        return {
            "worker_id": str(worker),
            "queues": "{bench}",
            "status": "succeeded",
            "delete_job": "false",
        }

    def script(self, batch: int) -> str:
        """Its queries, with pgbench's names of their arguments."""
        claim, complete = (
            re.sub(r"%\((\w+)\)s", r":\1", " ".join(self.queries[name].split())).rstrip(";")
            for name in ("fetch_job", "finish_job")
        )
        return f"{claim} \\gset job_\n{complete};\n"


def _count(connection: Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def installed() -> tuple[list[Queue], list[str]]:
    """Ours and the peers at hand, and what to do about those that are not."""
    found: list[Queue] = [Ours()]
    left_out = []
    if file := os.environ.get("PGMQ_SQL"):
        found.append(Pgmq(Path(file)))
    else:
        left_out.append("pgmq: PGMQ_SQL does not name its file of SQL")
    modules = os.environ.get("NODE_MODULES")
    if modules and shutil.which("node") and (Path(modules) / "graphile-worker").is_dir():
        found.append(Graphile(Path(modules)))
    else:
        left_out.append("graphile-worker: NODE_MODULES names no folder that has it, or no node")
    if importlib.util.find_spec("procrastinate"):
        found.append(Procrastinate())
    else:
        left_out.append("procrastinate: not installed beside dbtool")
    return found, left_out
