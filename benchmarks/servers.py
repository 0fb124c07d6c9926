"""An embedded server with durable settings, for as long as a measurement takes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.server import binaries, cluster
from dbtool.server.cluster import Cluster

REPOSITORY = Path(__file__).parent.parent
OWNER = "bench_owner"


@contextmanager
def prepared(*options: str) -> Iterator[Cluster]:
    """A server on disk with an empty database, ``prepared``, on a prepared platform."""
    base = binaries.ROOT_HOME if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=base, prefix="bench-"))
    binaries.account().own(home)
    server = cluster.start(cluster.create(binaries.embedded(18), 18, home, "data"), *options)
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for role in (OWNER, "authenticator"):
                connection.execute(f"create role {role} login noinherit password 'bench'".encode())
                server.passwords[role] = "bench"
            connection.execute("create database prepared")
        platform.prepare(REPOSITORY, server.url(database="prepared"), OWNER, Silent())
        yield server
    finally:
        cluster.stop(server, "immediate")
        shutil.rmtree(home, ignore_errors=True)
