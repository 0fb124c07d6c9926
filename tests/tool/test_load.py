"""Many runners at once, and runners beside people at work."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest

from dbtool.commands import migrate
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster
from tests.conftest import clone
from tests.support import templates
from tests.support.database import Database
from tests.support.project_folder import POLICY, Folder
from tests.support.servers import OWNER, SUPABASE_LIKE_OWNER
from tests.support.soak import Soak

_FORK = multiprocessing.get_context("fork")
RUNNERS = 16
TABLES = [f"t{n}" for n in range(1, 6)]

Fresh = Callable[[], AbstractContextManager[Database]]


@pytest.fixture
def fresh(server: Cluster) -> Fresh:
    """Empty databases, one after the other."""
    return contextmanager(lambda: clone(server, templates.PREPARED))


def _race(settings: Settings, start: Any, answers: Any) -> None:
    start.wait()
    try:
        done = migrate.migrate(settings, Options(lock_wait=120), Silent())
    except BaseException as error:  # noqa: BLE001 (told to the test)
        answers.put(repr(error))
    else:
        answers.put(len(done.migrations))


@pytest.mark.soak("races")
@pytest.mark.parametrize("owner", [OWNER, SUPABASE_LIKE_OWNER])
def test_of_many_runners_at_once_one_works_and_the_others_find_nothing_to_do(
    fresh: Fresh, folder: Folder, owner: str, soak: Soak
) -> None:
    folder.with_declared()
    folder.migration(2, "insert into app.things select n, 'x' from generate_series(1, 500) as n;")
    folder.migration(
        3, "-- dbtool: no-transaction\ncreate index concurrently idx_t on app.things (title);"
    )
    folder.migration(4, "alter table app.things add column note text;")
    for _ in soak.of(range(50), 1):
        with fresh() as made:
            db = Database(made.server, made.name, owner)
            deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
            before = db.value(deadlocks)
            start, answers = _FORK.Event(), _FORK.Queue()
            arguments = (folder.settings(db), start, answers)
            runners = [_FORK.Process(target=_race, args=arguments) for _ in range(RUNNERS)]
            for runner in runners:
                runner.start()
            start.set()
            found = [answers.get(timeout=180) for _ in runners]
            for runner in runners:
                runner.join(30)
            assert sorted(map(str, found)) == ["0"] * (RUNNERS - 1) + ["4"]
            assert db.rows(
                "select version, count(*) from util.migrations_meta where status = 'applied' "
                "group by version order by version"
            ) == [(f"202601010000{n:02}", 1) for n in range(1, 5)]
            assert (
                db.value("select count(*) from util.migrations_meta where status = 'failed'") == 0
            )
            assert db.value("select count(*) from pg_index where not indisvalid") == 0
            assert db.value(deadlocks) == before


def _five_tables(folder: Folder) -> None:
    statements = ["create schema app;"]
    for table in TABLES:
        statements.append(f"create table app.{table} (id integer not null, title text);")
        statements.append(f"alter table app.{table} enable row level security;")
        folder.write(f"policies/app/{table}.sql", POLICY.replace("things", table))
    folder.migration(1, "\n".join(statements))


def _change_all(folder: Folder, what: str) -> None:
    if what == "migration":
        folder.migration(2, "\n".join(f"alter table app.{t} add column n integer;" for t in TABLES))
        return
    for table in TABLES:
        text = POLICY.replace("things", table).replace("using (true)", "using (id > 0)")
        folder.write(f"policies/app/{table}.sql", text)


@contextmanager
def _innocent(db: Database, bound_ms: int) -> Iterator[list[str]]:
    """Someone who reads all the tables again and again, and has no patience beyond the bound."""
    failures: list[str] = []
    over = threading.Event()
    all_of_them = " ".join(["select", *[f"(select count(*) from app.{t})," for t in TABLES]])[:-1]

    def read() -> None:
        with psycopg.connect(db.url, autocommit=True) as connection:
            connection.execute(f"set statement_timeout = {bound_ms}".encode())
            while not over.is_set():
                try:
                    connection.execute(all_of_them.encode())
                except psycopg.Error as error:
                    failures.append(str(error))
                time.sleep(0.01)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield failures
    finally:
        over.set()
        thread.join()


@pytest.mark.soak("races")
@pytest.mark.parametrize("what", ["migration", "policies"])
def test_beside_a_long_reader_nobody_else_waits_longer_than_one_bound(
    empty_db: Database, folder: Folder, what: str, soak: Soak
) -> None:
    """Five tables, one of them being read: the sum of all waits is bounded, not each alone."""
    _five_tables(folder)
    folder.migrate(empty_db)
    _change_all(folder, what)
    # The innocent's patience is twice the bound, for the machine's own slowness; taking the locks
    # one after the other would cost them five bounds.
    settings = Settings(folder.root, empty_db.url, lock_timeout=1.0, lock_attempts=1000)
    notes: list[str] = []

    class Noted(Silent):
        def note(self, text: str) -> None:
            notes.append(text)

    def read_for_long() -> None:
        """Until the run stepped back so many times, each of them a bound later."""
        retreats, until = soak.sizes(2, 6, 30), time.monotonic() + 120
        with psycopg.connect(empty_db.url) as reader:
            reader.execute("select count(*) from app.t3")
            reading.set()
            while len(notes) < retreats and time.monotonic() < until:
                time.sleep(0.02)

    reading = threading.Event()
    reader = threading.Thread(target=read_for_long)
    reader.start()
    assert reading.wait(10)
    with _innocent(empty_db, 2000) as failures:
        done = migrate.migrate(settings, Options(), Noted())
    reader.join()
    assert failures == []
    assert done.migrations or len(done.declared) == len(TABLES)
    # And it said whom it waited for.
    assert any("app.t3" in note and "select count" in note for note in notes)
    waited = "select max(lock_wait_ms) from util.migrations_meta where version ~ '2$'"
    assert what == "policies" or empty_db.value(waited) > 0


@pytest.mark.parametrize("what", ["migration", "policies"])
def test_beside_readers_that_leave_one_after_the_other_the_waits_do_not_add_up(
    empty_db: Database, folder: Folder, what: str
) -> None:
    """Each wait alone would stay within the bound; all of them, one after the other, would not."""
    _five_tables(folder)
    folder.migrate(empty_db)
    _change_all(folder, what)
    settings = Settings(folder.root, empty_db.url, lock_timeout=1.0, lock_attempts=1000)
    all_read = threading.Barrier(len(TABLES) + 1)

    def read(table: str, seconds: float) -> None:
        with psycopg.connect(empty_db.url) as reader:
            reader.execute(f"select count(*) from app.{table}".encode())
            all_read.wait(10)
            time.sleep(seconds)

    readers = [
        threading.Thread(target=read, args=(table, 0.8 * n)) for n, table in enumerate(TABLES, 1)
    ]
    for reader in readers:
        reader.start()
    all_read.wait(10)
    with _innocent(empty_db, 2000) as failures:
        done = migrate.migrate(settings, Options(), Silent())
    for reader in readers:
        reader.join()
    assert failures == []
    assert done.migrations or len(done.declared) == len(TABLES)
