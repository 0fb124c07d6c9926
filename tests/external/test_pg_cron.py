"""pg_cron runs the jobs: Debian's, with its Postgres 15."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dbtool.commands import migrate
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server import cluster
from tests.support import jobs
from tests.support.database import Database, refused
from tests.support.servers import OWNER, REPOSITORY, SETTINGS, ServerChoice, running

NAME = "with_cron"


@pytest.fixture
def cron_db() -> Iterator[Database]:
    """The package in a database that has pg_cron, which its owner may not use yet."""
    with running(ServerChoice(15, Path("/usr/lib/postgresql/15/bin"))) as server:
        cluster.stop(server)
        server = cluster.start(
            server,
            *SETTINGS,
            "shared_preload_libraries=pg_cron",
            f"cron.database_name={NAME}",
            # Its other way is a login of its own, which needs a password.
            "cron.use_background_workers=on",
        )
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"create database {NAME}".encode())
        database = Database(server, NAME)
        platform.prepare(REPOSITORY, database.admin_url, OWNER, Silent())
        migrate.migrate(Settings(REPOSITORY, database.url), Options(), Silent())
        with psycopg.connect(database.admin_url, autocommit=True) as connection:
            connection.execute("create extension pg_cron")
        yield database


def test_pg_cron_runs_what_is_due_each_minute(cron_db: Database) -> None:
    with cron_db.request(role="service_role") as connection, refused("PT409", "pg_cron.missing"):
        connection.execute("select util.schedule_with_pg_cron()")
    with psycopg.connect(cron_db.admin_url, autocommit=True) as admin:
        admin.execute(f"grant usage on schema cron to {OWNER}".encode())
        for expected in ("scheduled", "unchanged"):
            with cron_db.request(role="service_role") as connection:
                assert jobs.value(connection, "select util.schedule_with_pg_cron()") == expected
        scheduled = admin.execute("select command, username from cron.job").fetchall()
    assert scheduled == [("select util.run_due_jobs()", OWNER)]
    with cron_db.connect() as connection:
        job = jobs.enqueue(connection, "util.purge_job_runs", "database")
        until = time.monotonic() + 75
        while not jobs.outcomes(connection, job):
            assert time.monotonic() < until
            time.sleep(0.2)
        assert jobs.outcomes(connection, job) == ["completed"]
