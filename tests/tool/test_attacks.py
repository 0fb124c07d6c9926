"""Ways in which a runner was made to lie, each once true of this one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import psycopg
import pytest

from dbtool.commands import baseline, migrate, plan, verify
from dbtool.errors import DatabaseError, DbtoolError, FileError, UsageError
from dbtool.project import settings as settings_module
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder

ALONE = "-- dbtool: no-transaction\n"
PARTITIONED = """
create schema app;
create table app.p (at integer not null) partition by range (at);
create table app.p1 partition of app.p for values from (1) to (2);
alter table app.p enable row level security;
alter table app.p1 enable row level security;
create policy deny on app.p1 using (false);
create table app.q (id integer);
create table app.r (id integer);
"""


def test_mixed_case_names_outside_transactions_are_the_names_that_are_meant(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, f'{TABLE}create index "ThingsTitle" on app.things (title);')
    folder.migration(2, f'{ALONE}drop index concurrently app."ThingsTitle";')
    folder.migration(3, f'{ALONE}create index concurrently "Other" on app.things (title);')
    folder.migrate(empty_db)
    found = empty_db.rows("select indexname from pg_indexes where schemaname = 'app' order by 1")
    assert found == [("Other",), ("pk_things",)]
    # Built, and killed before its ledger row.
    empty_db.rows("delete from util.migrations_meta where version ~ '3$' and status = 'applied'")
    verify.verify_record(folder.settings(empty_db), accept=True, progress=Silent())
    assert len(folder.migrate(empty_db).migrations) == 1


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("drop index concurrently app.no_such", "42704"),
        ("alter table app.nope detach partition app.nope_1 concurrently", "42P01"),
        ("create index concurrently pk_taken on app.things (title)", "42P07"),
    ],
)
def test_a_mistake_outside_transactions_is_no_success(
    empty_db: Database, folder: Folder, sql: str, sqlstate: str
) -> None:
    folder.migration(1, f"{TABLE}create table app.taken (id int constraint pk_taken primary key);")
    folder.migrate(empty_db)
    path = folder.migration(2, f"{ALONE}{sql};")
    for _ in range(2):  # and trying again does not make it one
        with pytest.raises(DatabaseError) as caught:
            folder.migrate(empty_db)
        assert (caught.value.sqlstate, caught.value.path) == (sqlstate, path)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("create table app.a (id int);\n\0\ncreate table app.b (id int);", 2, "NUL"),
        (f"{ALONE}create index concurrently on app.things (title);", 2, "needs a name"),
        (f"{ALONE}vacuum (full) app.things;", 2, "does not belong"),
        ("select 1;\nset datestyle = 'SQL, DMY';", 2, "outlive its file"),
    ],
)
def test_files_that_would_do_other_than_they_say_are_refused(
    empty_db: Database, folder: Folder, text: str, line: int, message: str
) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    path = folder.migration(2, text)
    with pytest.raises(FileError, match=message) as caught:
        folder.migrate(empty_db)
    assert caught.value.path == path
    assert (caught.value.line or line) in (line, line - 1)


def test_settings_do_not_leak_into_the_next_file_of_a_transaction(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "drop view app.titles; set local search_path = app;")
    folder.migration(3, "create table unqualified (id int);")
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert caught.value.sqlstate == "3F000"
    assert empty_db.value("select to_regclass('app.titles') is not null")


def test_the_client_s_and_the_database_s_habits_change_nothing(
    empty_db: Database, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(empty_db.admin_url, autocommit=True) as admin:
        for setting in ("timezone = 'America/New_York'", "datestyle = 'German'"):
            admin.execute(f"alter database {empty_db.name} set {setting}".encode())
    monkeypatch.setenv("PGCLIENTENCODING", "latin1")
    monkeypatch.setenv("PGOPTIONS", "-c intervalstyle=iso_8601")
    folder.with_declared()
    folder.migration(
        2,
        "create table app.t (a timestamptz default '2026-01-01 00:00:00+00', "
        "b interval default '1 day 2 hours', c text default 'é');",
    )
    folder.migrate(empty_db)
    monkeypatch.delenv("PGOPTIONS")
    monkeypatch.delenv("PGCLIENTENCODING")
    settings = folder.settings(empty_db)
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    assert empty_db.value(
        "select pg_get_expr(adbin, adrelid) from pg_attrdef "
        "where adrelid = 'app.t'::regclass and adnum = 3"
    ).startswith("'é'")


OPENED = {
    "a trigger of a stranger": (
        "create schema evil; create function evil.steal() returns trigger language plpgsql as "
        "'begin return null; end'; create trigger evil before insert on app.p "
        "for each row execute function evil.steal()"
    ),
    "a policy on a partition": "create policy open on app.p1 using (true)",
    "a column of a partition": "grant select (at) on app.p1 to anon",
    "a parent besides": "alter table app.r inherit app.q",
}


@pytest.mark.parametrize("opened", OPENED)
def test_what_was_opened_by_hand_is_neither_adopted_nor_called_clean(
    empty_db: Database, folder: Folder, scratch_server: Cluster, opened: str
) -> None:
    folder.migration(1, PARTITIONED)
    with psycopg.connect(empty_db.url, autocommit=True) as connection:
        connection.execute(PARTITIONED.encode())
        connection.execute(OPENED[opened].encode())
    settings = folder.settings(empty_db, scratch_server)
    assert baseline.baseline(settings, None, Silent()).differences
    assert not verify.verify_files(settings, Silent()).clean


def test_a_statement_that_somebody_cancels_is_not_run_again(
    empty_db: Database, folder: Folder
) -> None:
    path = folder.migration(1, "select pg_sleep(30);")
    folder_settings = folder.settings(empty_db)

    cancel = partial(empty_db.catch, "select pg_sleep", "pg_cancel_backend(pid)")
    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(DatabaseError) as caught:
        migrate.migrate(folder_settings, Options(), Silent())
    thread.join()
    assert (caught.value.sqlstate, caught.value.path) == ("57014", path)
    assert empty_db.rows("select status, attempts from util.migrations_meta") == [("failed", 1)]


def test_the_table_that_is_locked_is_the_one_that_is_named(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, f'{TABLE}create table app."Things" (id integer);')
    folder.migrate(empty_db)
    folder.migration(2, 'alter table app."Things" add column note text;')
    with psycopg.connect(empty_db.url) as reader:
        reader.execute("select * from app.things")
        assert folder.migrate(empty_db).migrations


def test_a_new_partition_does_not_wait_for_its_siblings(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, PARTITIONED)
    folder.migrate(empty_db)
    folder.migration(2, "create table app.p2 partition of app.p for values from (2) to (3);")
    with psycopg.connect(empty_db.url) as vacuum:
        vacuum.execute("lock table app.p1 in share update exclusive mode")
        assert folder.migrate(empty_db).migrations


def test_an_error_at_the_commit_has_its_file_and_its_ledger_row(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    path = folder.migration(
        2,
        "create table app.c (id int references app.things deferrable initially deferred);\n"
        "insert into app.c values (5);",
    )
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert (caught.value.sqlstate, caught.value.path) == ("23503", path)
    status = "select status from util.migrations_meta order by id desc limit 1"
    assert empty_db.value(status) == "failed"


def test_a_plan_tells_the_partition_that_goes_and_the_lock_that_is_held(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.migration(1, PARTITIONED)
    folder.migrate(empty_db)
    folder.migration(
        2,
        "drop table app.p1; alter table app.p add column b int;\ncreate index idx_p on app.p (b);",
    )
    planned = plan.plan(folder.settings(empty_db, scratch_server), Options(), Silent())
    dropping, _, indexing = planned.files[0].statements
    gone = [t.effect.relation for t in dropping.touched if t.effect.drops]
    assert gone == ["app.p1"]
    (effect,) = (t.effect for t in indexing.touched if t.effect.relation == "app.p")
    assert (effect.lock, effect.held) == ("access exclusive", True)


def test_a_plan_that_is_terminated_leaves_nothing_behind(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.migration(1, "select pg_sleep(60);")
    command = [sys.executable, "-m", "dbtool", "--project", str(folder.root), "plan"]
    urls = {"DATABASE_URL": empty_db.url, "DBTOOL_SCRATCH_URL": scratch_server.url()}
    process = subprocess.Popen(
        command, env={**os.environ, **urls}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    asleep = "select 1 from pg_stat_activity where query ~ '^select pg_sleep' and datname ~ %s"
    with psycopg.connect(scratch_server.url(), autocommit=True) as admin:
        deadline = time.monotonic() + 30
        while not admin.execute(asleep, ["^dbtool_scratch"]).fetchall():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 130
        left = "select datname from pg_database where datname ~ '^dbtool_scratch'"
        assert admin.execute(left).fetchall() == []


@pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e9"])
def test_a_patience_that_is_no_time_is_named(folder: Folder, value: str) -> None:
    (folder.root / "dbtool.toml").write_text(f"lock_timeout = {value}\n")
    with pytest.raises(UsageError, match="lock_timeout"):
        settings_module.load(folder.root, environ={})


def test_an_url_that_is_none_is_an_error_and_no_crash(folder: Folder) -> None:
    settings = settings_module.load(folder.root, "postgresql://u:p@[::1", environ={})
    with pytest.raises(DbtoolError):
        migrate.migrate(settings, Options(), Silent())
