"""Behind a real pgbouncer: refused in transaction mode, at home in session mode."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dbtool.server import binaries, cluster
from tests.database import Database
from tests.folder import Folder

Cli = Callable[..., tuple[int, str, str]]


@contextmanager
def _pooled(db: Database, mode: str, pool_size: int = 5) -> Iterator[str]:
    """The owner's URL through a pgbouncer in this mode."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    assert program, "this test needs pgbouncer: apt-get install pgbouncer"
    user = binaries.account()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = cluster.free_port()
        password = db.server.passwords[db.owner]
        (folder / "users").write_text(f'"{db.owner}" "{password}"\n')
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
            url = db.url.replace(f":{db.server.port}/", f":{port}/")
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


@pytest.mark.parametrize("pool_size", [1, 2, 5])
def test_transaction_mode_is_refused_with_the_reason_and_nothing_is_done(
    empty_db: Database, folder: Folder, cli: Cli, pool_size: int
) -> None:
    folder.with_declared()
    with _pooled(empty_db, "transaction", pool_size) as url:
        for command in (["migrate"], ["rollback", "--to", "0", "--yes"]):
            code, _, error = cli("--project", str(folder.root), "--database-url", url, *command)
            assert code == 3
            assert "pooler in transaction mode" in error
            assert "--direct-url" in error
    assert empty_db.value("select to_regnamespace('util')") is None
    locks = empty_db.value("select count(*) from pg_locks where locktype = 'advisory'")
    assert locks == 0


def test_a_direct_url_goes_past_it(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.with_declared()
    with _pooled(empty_db, "transaction") as url:
        arguments = ("--database-url", url, "--direct-url", empty_db.url)
        code, out, _ = cli("--project", str(folder.root), "migrate", *arguments)
        assert code == 0
        assert "applied 1 migrations" in out


def test_session_mode_is_as_good_as_none(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.with_declared()
    folder.migration(
        2, "-- dbtool: no-transaction\ncreate index concurrently idx_t on app.things (title);"
    )
    with _pooled(empty_db, "session") as url:
        arguments = ("--project", str(folder.root), "--database-url", url)
        code, out, _ = cli(*arguments, "migrate")
        assert code == 0
        assert "applied 2 migrations" in out
        assert cli(*arguments, "status")[0] == 0
        assert cli(*arguments, "verify")[0] == 0
