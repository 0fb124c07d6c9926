"""Servers with the databases that tests take copies of.

They are made once for a tree: a data folder with all of them is kept below .pytest_cache, and each
process of the tests starts a copy of it. What they are made from, the day and the server's version
are its name, so that nothing old is taken.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from pytest_postgresql.janitor import DatabaseJanitor

from dbtool.access import expectation_files
from dbtool.access.matrix.matrix import Matrix
from dbtool.commands import migrate, seed
from dbtool.db import connect
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server import cluster
from dbtool.server.cluster import ADMIN, Cluster
from tests.support import servers
from tests.support.servers import OWNER, REPOSITORY, SUPABASE_LIKE_OWNER, ServerChoice

PREPARED = "prepared"  # empty, on a prepared platform
MIGRATED = "migrated"  # the whole package with its reference rows
DEMO = "demo"  # with its demo world
MATRIX = "matrix"  # and with the people and rows of the access matrix

_KEPT = REPOSITORY / ".pytest_cache" / "servers"
_MADE_FROM = (
    "migrations",
    "schemas",
    "functions",
    "views",
    "policies",
    "seeds",
    "platform",
    "dbtool",
    "tests/support",
)


@contextmanager
def running(choice: ServerChoice) -> Iterator[Cluster]:
    """A server that has the templates, for as long as the tests run."""
    if choice.image:  # a container shows nothing of its data folder
        with servers.running(choice) as server:
            _make(server)
            yield server
        return
    with servers.running(choice, like=_kept(choice)) as server:
        yield server


def _kept(choice: ServerChoice) -> Path:
    """The folder of a stopped server with the templates; one of the processes makes it."""
    _KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"pg{choice.major}"
    kept = _KEPT / f"{name}-{_version(choice)}"
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in _KEPT.glob(f"{name}-*"):
                shutil.rmtree(old)
            with servers.running(choice) as server:
                _make(server)
                cluster.stop(server)
                servers.keep(server, kept)
    return kept


def _version(choice: ServerChoice) -> str:
    found = hashlib.sha256()
    programs = servers.programs(choice)
    server = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True)
    found.update(f"{programs} {server.stdout!r} {datetime.now(UTC):%Y-%m-%d}".encode())
    for folder in _MADE_FROM:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"\0{path}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _new(server: Cluster, name: str, template: str | None = None) -> None:
    DatabaseJanitor(
        user=ADMIN,
        host="127.0.0.1",
        port=server.port,
        dbname=name,
        template_dbname=template,
        password=server.passwords[ADMIN],
        as_template=True,
    ).init()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        give_rights(connection, name)


def give_rights(connection: psycopg.Connection, name: str) -> None:
    """Let the owners make schemas; rights on a database are not copied with it."""
    connection.execute(
        sql.SQL("grant create, temporary on database {} to {}, {}").format(
            *map(sql.Identifier, (name, OWNER, SUPABASE_LIKE_OWNER))
        )
    )


def _make(server: Cluster) -> None:
    _new(server, PREPARED)
    for owner in (OWNER, SUPABASE_LIKE_OWNER):
        platform.prepare(REPOSITORY, server.url(ADMIN, PREPARED), owner, Silent())
    _new(server, MIGRATED, PREPARED)
    migrate.migrate(Settings(REPOSITORY, server.url(OWNER, MIGRATED)), Options(), Silent())
    _new(server, DEMO, MIGRATED)
    seed.seed_demo(Settings(REPOSITORY, server.url(OWNER, DEMO)), Silent())
    _new(server, MATRIX, DEMO)
    with connect.connect(server.url(ADMIN, MATRIX)) as admin:
        admin.execute(b"begin")
        Matrix(admin, expectation_files.load(REPOSITORY))
        admin.execute(b"commit")
