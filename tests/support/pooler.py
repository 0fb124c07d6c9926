"""A real pgbouncer before a test's database."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from dbtool.server import binaries, cluster
from tests.support.database import Database


@contextmanager
def pooled(db: Database, mode: str, pool_size: int = 5, role: str | None = None) -> Iterator[str]:
    """A role's URL (by default the owner's) through a pgbouncer in this mode."""
    role = role or db.owner
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    assert program, "this test needs pgbouncer: apt-get install pgbouncer"
    user = binaries.account()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = cluster.free_port()
        password = db.server.passwords[role]
        (folder / "users").write_text(f'"{role}" "{password}"\n')
        (folder / "config").write_text(
            f"""
            [databases]
            * = host=127.0.0.1 port={db.server.port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder}/users
            pool_mode = {mode}
            default_pool_size = {pool_size}
            """
        )
        user.own(folder)
        for file in folder.iterdir():
            user.own(file)
        bouncer = subprocess.Popen(
            [program, "--quiet", str(folder / "config")],
            user=user.uid if user.switch else None,
            group=user.gid if user.switch else None,
        )
        try:
            url = db.server.url(role, db.name).replace(f":{db.server.port}/", f":{port}/")
            _await(url)
            yield url
        finally:
            bouncer.terminate()
            bouncer.wait(10)


def _await(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
