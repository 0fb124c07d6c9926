"""Servers and connections that fail half way, and servers without something they need."""

from __future__ import annotations

import threading
import traceback

import pytest

from dbtool.commands import migrate, status
from dbtool.errors import DatabaseError, PlatformError
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server import cluster
from tests.support import proxy
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder
from tests.support.servers import SETTINGS

SLOW = "select pg_sleep(30);"


def _while_it_sleeps(db: Database, act: str) -> threading.Thread:
    """Do something to the server as soon as a migration sleeps."""

    def wait() -> None:
        if act == "end the session":
            db.catch("select pg_sleep", "pg_terminate_backend(pid)")
        else:
            db.catch("select pg_sleep")
            cluster.stop(db.server, "fast")
            cluster.start(db.server, *SETTINGS)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "act",
    ["end the session", pytest.param("restart the server", marks=pytest.mark.processes)],
)
def test_ended_half_way_nothing_is_half_done_and_the_next_run_finishes(
    empty_db: Database, folder: Folder, act: str
) -> None:
    folder.with_declared()
    path = folder.migration(2, f"create table app.half (id integer);\n{SLOW}")
    thread = _while_it_sleeps(empty_db, act)
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    thread.join()
    assert caught.value.sqlstate == "57P01"
    assert (caught.value.path, caught.value.line) == (path, 2)
    assert "run the same command again" in caught.value.hint
    assert empty_db.value("select to_regclass('app.half')") is None
    folder.migration(2, "create table app.half (id integer);")
    assert [s.name for s in folder.migrate(empty_db).migrations] == ["app/20260101000002_step"]


def test_a_traceback_shows_what_the_message_leaves_to_the_command() -> None:
    error = DatabaseError("refused", detail="the last lines of a log", hint="Read them.")
    shown = "".join(traceback.format_exception(error))
    assert "the last lines of a log\nRead them." in shown


def test_a_wire_that_breaks_half_way_is_a_database_error_with_its_place(
    empty_db: Database, folder: Folder
) -> None:
    """Neither side is told: the connection is just gone."""
    folder.with_declared()
    path = folder.migration(2, f"create table app.half (id integer);\n{SLOW}")
    with proxy.between(empty_db.server.port) as wire:
        url = empty_db.url.replace(f":{empty_db.server.port}/", f":{wire.port}/")
        settings = Settings(folder.root, url)

        def cut() -> None:
            empty_db.catch("select pg_sleep")
            wire.cut()

        thread = threading.Thread(target=cut)
        thread.start()
        with pytest.raises(DatabaseError) as caught:
            migrate.migrate(settings, Options(), Silent())
        thread.join()
    assert (caught.value.path, caught.value.line) == (path, 2)
    assert "run the same command again" in caught.value.hint
    # The server may still be at it: the next run waits for that session's lock to go.
    folder.migration(2, "create table app.half (id integer);")
    empty_db.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where query ~ '^select pg_sleep' and datname = current_database()"
    )
    assert folder.migrate(empty_db).migrations


def test_a_missing_extension_is_named_with_its_file(empty_db: Database, folder: Folder) -> None:
    path = folder.migration(1, f"{TABLE}create extension no_such_extension;")
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert caught.value.path == path
    assert "no_such_extension" in caught.value.message
    assert caught.value.hint
    assert empty_db.value("select to_regnamespace('app')") is None


VECTOR = """\
create schema vector;
create table vector.chunks (id integer, embedding extensions.vector(3));
alter table vector.chunks enable row level security;
"""


def _has_vector(db: Database) -> bool:
    found = db.value("select count(*) from pg_available_extensions where name = 'vector'")
    return bool(found)


def test_the_module_vector_is_there_where_the_server_has_the_extension_and_else_left_out(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.write("migrations/vector/20260101000009_chunks.sql", VECTOR)
    folder.write("migrations/vector/20260101000009_chunks.down.sql", "drop schema vector cascade;")
    folder.write("policies/vector/chunks.sql", "revoke all on vector.chunks from public;")
    settings = folder.settings(empty_db)
    if _has_vector(empty_db):
        with pytest.raises(PlatformError, match="extension vector is not created"):
            folder.migrate(empty_db)
        platform.prepare(folder.root, empty_db.admin_url, empty_db.owner, Silent())
        assert len(folder.migrate(empty_db).migrations) == 2
        assert status.status(settings).left_out == ()
        return
    platform.prepare(folder.root, empty_db.admin_url, empty_db.owner, Silent())
    done = folder.migrate(empty_db)
    assert [s.name for s in done.migrations] == ["app/20260101000001_step"]
    found = status.status(settings)
    assert (found.left_out, found.is_current) == (("vector",), True)
    assert folder.migrate(empty_db) == Migrated()


def test_a_module_whose_extension_no_server_has_is_left_out_and_said(
    empty_db: Database,
    folder: Folder,
    cli: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert callable(cli)
    monkeypatch.setattr("dbtool.db.modules.EXTENSIONS", {"stars": "no_such_extension"})
    folder.with_declared()
    folder.write("migrations/stars/20260101000009_stars.sql", "create schema stars;")
    folder.write("seeds/reference/stars/stars.sql", "insert into stars.s (id) values (1);")
    platform.prepare(folder.root, empty_db.admin_url, empty_db.owner, Silent())
    arguments = ("--project", str(folder.root), "--database-url", empty_db.url)
    code, _, error = cli(*arguments, "migrate")
    assert code == 0
    assert "module stars is left out" in error
    assert empty_db.value("select to_regnamespace('stars')") is None
    code, out, _ = cli(*arguments, "status")
    assert code == 0
    assert "module stars is left out" in out
