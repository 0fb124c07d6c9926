"""An index build says how far it is, and what it waits for."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from dbtool.commands import migrate
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import Database
from tests.support.project_folder import Folder


class Recorder(Silent):
    """Keeps what people would see."""

    def __init__(self) -> None:
        self.details: list[str] = []
        self.notes: list[str] = []

    def detail(self, what: str) -> None:
        self.details.append(what)

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_build_that_waits_for_a_session_names_it(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(
        2, "-- dbtool: no-transaction\ncreate index concurrently idx_t on app.things (title);"
    )
    recorder = Recorder()
    options = Options(lock_wait=20)
    thread = threading.Thread(
        target=lambda: migrate.migrate(folder.settings(empty_db), options, recorder)
    )
    with psycopg.connect(empty_db.url) as writer:
        writer.execute("insert into app.things (id) values (1)")
        pid = writer.info.backend_pid
        thread.start()
        deadline = time.monotonic() + 20
        while not recorder.notes:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    thread.join()
    assert recorder.notes == [
        f"app/20260101000002_step: waiting for writers before build: "
        f"waits for session 1 of 1, pid {pid}"
    ]
    assert empty_db.value(
        "select indisvalid from pg_index where indexrelid = 'app.idx_t'::regclass"
    )


@pytest.mark.parametrize("how", ["", "concurrently "])
def test_a_long_build_says_how_far_it_is(empty_db: Database, folder: Folder, how: str) -> None:
    folder.with_declared().migrate(empty_db)
    # Each row takes a while to index, so that there is something to see on any machine.
    empty_db.rows(
        """
        create function app.slowly(n integer) returns integer language plpgsql immutable
        as 'begin perform pg_sleep(0.01); return n; end';
        """
    )
    empty_db.rows("insert into app.things (id) select generate_series(1, 400)")
    head = "-- dbtool: no-transaction\n" if how else ""
    folder.migration(2, f"{head}create index {how}idx_t on app.things (app.slowly(id));")
    recorder = Recorder()
    migrate.migrate(folder.settings(empty_db), Options(), recorder)
    shown = [d for d in recorder.details if "building index" in d]
    assert shown
    assert all(d.startswith(f"create index {how}idx_t on app.things") for d in shown)
