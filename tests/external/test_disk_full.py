"""A server whose disk is full: nothing is half done, and with room again the next run finishes.

Needs root, to mount a small disk.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dbtool.errors import DatabaseError
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.server import binaries, cluster
from tests.support.database import Database
from tests.support.project_folder import Folder
from tests.support.servers import SETTINGS, ServerChoice, running

pytestmark = pytest.mark.processes

FILLING = """
create table app.big (id bigint, filler text);
alter table app.big enable row level security;
insert into app.big select n, repeat('x', 200) from generate_series(1, 200000) as n;
"""


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own, which the server's user owns."""
    assert os.geteuid() == 0, "this test mounts a small disk, which needs root"
    folder = Path(tempfile.mkdtemp(dir=binaries.ROOT_HOME))
    options = f"size={megabytes}m,mode=0755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    binaries.account().own(folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def test_no_room_for_a_tables_rows(empty_db: Database, folder: Folder) -> None:
    """The rows' disk is full, the log's is not: Postgres says so and lives on."""
    with _small_disk(16) as disk:
        with psycopg.connect(empty_db.admin_url, autocommit=True) as admin:
            space = sql.Identifier(f"small_{empty_db.name}")
            admin.execute(
                sql.SQL("create tablespace {} location {}").format(space, sql.Literal(str(disk)))
            )
            admin.execute(
                sql.SQL("grant create on tablespace {} to {}").format(
                    space, sql.Identifier(empty_db.owner)
                )
            )
        folder.with_declared()
        moved = f"set local default_tablespace = '{space.as_string(None)[1:-1]}';\n"
        path = folder.migration(2, moved + FILLING)
        with pytest.raises(DatabaseError) as caught:
            folder.migrate(empty_db)
        assert caught.value.sqlstate == "53100"
        assert (caught.value.path, caught.value.line) == (path, 5)
        assert "free space on the server" in caught.value.hint
        assert empty_db.value("select to_regclass('app.big')") is None
        row = empty_db.rows(
            "select status, left(error, 5) from util.migrations_meta order by id desc limit 1"
        )
        assert row == [("failed", "53100")]
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        assert len(folder.migrate(empty_db).migrations) == 1
        assert empty_db.value("select count(*) from app.big") == 200000
        with psycopg.connect(empty_db.admin_url, autocommit=True) as admin:
            admin.execute("drop table app.big")
            admin.execute(sql.SQL("drop tablespace {}").format(space))


def test_no_room_at_all(server_choice: ServerChoice, folder: Folder) -> None:
    """The whole cluster's disk is full, its log's too: the server may well go down."""
    with _small_disk(128) as disk, running(server_choice, disk) as small:
        db = Database(small, "postgres")
        platform.prepare(folder.root, small.url(), db.owner, Silent())
        folder.with_declared()
        folder.migration(2, FILLING)
        with pytest.raises(DatabaseError) as caught:
            folder.migrate(db)
        assert caught.value.hint
        subprocess.run(["mount", "-o", "remount,size=600m", str(disk)], check=True)
        assert cluster.start(small, *SETTINGS) == small
        assert db.value("select to_regclass('app.big')") is None
        folder.migrate(db)
        assert db.value("select count(*) from app.big") == 200000
        assert folder.migrate(db).migrations == ()
