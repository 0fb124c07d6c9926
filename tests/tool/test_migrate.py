"""Migrations: order, atomicity, history, locks, and files outside transactions."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from dbtool.commands import migrate, status
from dbtool.db import ledger, transaction
from dbtool.errors import DatabaseError, FileError, HistoryError, LockError, UsageError
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder


def _names(result: Migrated) -> list[str]:
    return [step.name.rpartition("/")[2] for step in result.migrations]


def test_versions_run_in_order_whatever_the_folder(empty_db: Database, folder: Folder) -> None:
    folder.write("migrations/zoo/20260101000001_first.sql", "create schema zoo;")
    folder.write("migrations/app/20260101000002_second.sql", "create table zoo.animals (id int);")
    folder.write("migrations/zoo/20260101000003_third.sql", "drop table zoo.animals;")
    assert _names(folder.migrate(empty_db)) == [
        "20260101000001_first",
        "20260101000002_second",
        "20260101000003_third",
    ]
    assert not folder.migrate(empty_db).migrations


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_a_file_and_its_ledger_row_commit_together(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    row = empty_db.rows(
        """
        select m.xmin = c.xmin, m.status, m.attempts, m.applied_by, m.client_host <> '',
            m.finished_at >= m.started_at
        from util.migrations_meta as m
        cross join pg_class as c
        where c.oid = 'app.things'::regclass
        """
    )
    assert row == [(True, "applied", 1, empty_db.owner, True, True)]


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_a_failing_file_leaves_nothing_but_a_row_that_says_why(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    path = folder.migration(2, "insert into app.things values (1);\n\nselect 1 / 0;\n")
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    error = caught.value
    assert (error.path, error.line, error.snippet) == (path, 3, "select 1 / 0;")
    assert error.sqlstate == "22012"
    assert empty_db.value("select count(*) from app.things") == 0
    assert empty_db.rows("select version, status, error from util.migrations_meta order by id") == [
        ("20260101000001", "applied", None),
        ("20260101000002", "failed", f"22012 {path}:3 division by zero"),
    ]
    folder.write(path, "insert into app.things values (1);")
    assert _names(folder.migrate(empty_db)) == ["20260101000002_step"]


def test_an_error_names_the_line_even_after_text_outside_ascii(
    empty_db: Database, folder: Folder
) -> None:
    path = folder.migration(
        1, "-- données élèves المتعلم\ncreate schema app;\n\nselect 'é',\n    nothing;\n"
    )
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert (caught.value.path, caught.value.line) == (path, 5)


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
@pytest.mark.parametrize(
    ("statement", "line", "sqlstate"),
    [
        ("create table app.a (id int);", 7, "42P07"),  # Postgres gives no position
        ("comment on table app.nothing is 'x';", 7, "42P01"),
        ("create function app.f() returns int\nlanguage sql return nothing;", 8, "42703"),
        ("create table app.c (id int default 'é'\n || nothing);", 8, "0A000"),
        ("grant select on app.b to no_such_role;", 7, "42704"),
    ],
)
def test_statements_that_travel_together_are_told_apart(
    empty_db: Database, folder: Folder, statement: str, line: int, sqlstate: str
) -> None:
    before = "create schema app; -- é\ncreate table app.a (id int);\n\n"
    before += "comment on table app.a is\n'two; lines';\ncreate table app.b (id int);\n"
    path = folder.migration(1, before + statement + "\ncreate table app.z (id int);\n")
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert caught.value.sqlstate == sqlstate
    assert empty_db.value("select to_regnamespace('app')") is None


def test_an_edited_migration_is_an_error(empty_db: Database, folder: Folder) -> None:
    path = folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.write(path, TABLE + "-- edited\n")
    with pytest.raises(HistoryError) as caught:
        folder.migrate(empty_db)
    assert caught.value.detail.startswith(f"{path}: not the text that was applied")
    assert caught.value.exit_code == 5


def test_a_deleted_migration_is_an_error(empty_db: Database, folder: Folder) -> None:
    path = folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.delete(path)
    folder.delete(path.replace(".sql", ".down.sql"))
    with pytest.raises(HistoryError) as caught:
        folder.migrate(empty_db)
    assert caught.value.detail.startswith(f"{path}: not in this checkout; applied")


def test_crlf_is_the_same_file_as_lf(empty_db: Database, folder: Folder) -> None:
    path = folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.write(path, TABLE.replace("\n", "\r\n"))
    assert not folder.migrate(empty_db).migrations


def test_a_file_older_than_its_modules_newest_is_refused_until_it_is_allowed(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(5, TABLE)
    folder.migrate(empty_db)
    late = folder.migration(3, "create table app.late (id int);")
    with pytest.raises(HistoryError) as caught:
        folder.migrate(empty_db)
    assert caught.value.detail == late
    options = Options(allow_out_of_order=(late,))
    result = migrate.migrate(folder.settings(empty_db), options, Silent())
    assert _names(result) == ["20260101000003_step"]


def test_a_file_older_than_another_modules_newest_runs(empty_db: Database, folder: Folder) -> None:
    folder.migration(5, TABLE)
    folder.migrate(empty_db)
    folder.write("migrations/zoo/20260101000003_zoo.sql", "create schema zoo;")
    assert _names(folder.migrate(empty_db)) == ["20260101000003_zoo"]


def test_migrate_to_a_version_drops_declared_objects_and_says_so(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "alter table app.things add column note text;")
    folder.migration(3, "alter table app.things add column other text;")
    result = folder.migrate(empty_db, to="20260101000002")
    assert {c.action for c in result.declared} == {"dropped"}
    assert len(result.declared) == 3
    assert empty_db.value("select to_regclass('app.titles')") is None
    assert {c.action for c in folder.migrate(empty_db).declared} == {"applied"}


def test_migrate_to_an_unknown_version_is_an_error(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    with pytest.raises(UsageError, match="no migration has version 2026"):
        folder.migrate(empty_db, to="20260101000009")


def test_a_dry_run_lists_what_would_run_and_does_nothing(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    result = migrate.migrate(folder.settings(empty_db), Options(dry_run=True), Silent())
    assert _names(result) == ["20260101000001_step"]
    assert len(result.declared) == 3
    assert empty_db.value("select to_regnamespace('util')") is None


def test_names_must_be_qualified(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, "create table stray (id int);")
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert caught.value.sqlstate == "3F000"


INDEX = (
    "-- dbtool: no-transaction\ncreate index concurrently idx_things_title on app.things (title)"
    " where title is not null;\n"
)


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_an_index_is_built_outside_a_transaction(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    folder.migration(2, INDEX)
    folder.migrate(empty_db)
    assert empty_db.value(
        "select indisvalid from pg_index where indexrelid = 'app.idx_things_title'::regclass"
    )
    assert empty_db.rows(
        "select status from util.migrations_meta where version = '20260101000002' order by id"
    ) == [("started",), ("applied",)]


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_an_index_that_stands_already_is_not_built_twice(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    empty_db.rows("create index idx_things_title on app.things (title) where (title is not null)")
    before = empty_db.value("select 'app.idx_things_title'::regclass::oid::int")
    folder.migration(2, INDEX)
    folder.migrate(empty_db)
    assert empty_db.value("select 'app.idx_things_title'::regclass::oid::int") == before


def test_an_index_of_that_name_but_another_definition_is_an_error(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    empty_db.rows("create index idx_things_title on app.things (id)")
    folder.migration(2, INDEX)
    with pytest.raises(DatabaseError, match="of another definition stands already"):
        folder.migrate(empty_db)


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_an_invalid_index_of_an_interrupted_build_is_built_anew(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE + "insert into app.things values (1, 'same'), (2, 'same');")
    unique = INDEX.replace("create index", "create unique index")
    path = folder.migration(2, unique)
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    assert caught.value.sqlstate == "23505"
    assert not empty_db.value(
        "select indisvalid from pg_index where indexrelid = 'app.idx_things_title'::regclass"
    )
    empty_db.rows("delete from app.things where id = 2")
    assert folder.migrate(empty_db).migrations
    assert empty_db.value(
        "select indisvalid from pg_index where indexrelid = 'app.idx_things_title'::regclass"
    ), path


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
@pytest.mark.parametrize(
    "text",
    [
        "-- dbtool: no-transaction\ncreate table app.x (id int);",
        "-- dbtool: no-transaction\ncreate index idx_things_x on app.things (title);",
        INDEX + "vacuum app.things;",
    ],
)
def test_only_repeatable_statements_stand_outside_transactions(
    empty_db: Database, folder: Folder, text: str
) -> None:
    folder.migration(1, TABLE)
    folder.migration(2, text)
    with pytest.raises(FileError, match="no-transaction file"):
        folder.migrate(empty_db)


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_ddl_gives_way_to_users_and_tries_again(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.migration(2, "alter table app.things add column note text;")
    notes: list[str] = []

    class Listening(Silent):
        def note(self, text: str) -> None:
            notes.append(text)

    with empty_db.connect() as reader:
        reader.execute("begin")
        reader.execute("select count(*) from app.things")
        with pytest.raises(LockError) as caught:
            migrate.migrate(folder.settings(empty_db), Options(), Listening())
        assert caught.value.exit_code == 4
        assert "app.things" in caught.value.detail
        assert str(reader.info.backend_pid) in notes[0]
    assert folder.migrate(empty_db).migrations[0].attempts == 1


def test_the_ledger_tells_how_often_a_file_was_tried_and_how_long_it_waited(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.migration(2, "alter table app.things add column note text;")
    reader = empty_db.connect()
    reader.execute("begin")
    reader.execute("select count(*) from app.things")
    timer = threading.Timer(0.6, reader.close)
    timer.start()
    settings = folder.settings(empty_db)
    result = migrate.migrate(settings, Options(), Silent())
    timer.join()
    assert result.migrations[0].attempts > 1
    attempts, waited = empty_db.rows(
        "select attempts, lock_wait_ms from util.migrations_meta where version = '20260101000002'"
    )[0]
    assert attempts == result.migrations[0].attempts
    assert waited > 0


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_a_second_runner_waits_and_finds_nothing_to_do(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE + "select pg_sleep(1);")
    results: list[Migrated] = []
    runners = [
        threading.Thread(target=lambda: results.append(folder.migrate(empty_db))) for _ in range(4)
    ]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert sorted(len(result.migrations) for result in results) == [0, 0, 0, 1]


def test_a_runner_that_may_not_wait_says_who_holds_the_lock(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE + "select pg_sleep(2);")
    first = threading.Thread(target=lambda: folder.migrate(empty_db))
    first.start()
    empty_db.catch("select pg_sleep")
    with pytest.raises(LockError, match=f"another runner .*{empty_db.owner}"):
        migrate.migrate(folder.settings(empty_db), Options(lock_wait=0), Silent())
    first.join()


def test_status_tells_applied_pending_edited_and_deleted(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    gone = folder.migration(2, "select 1;")
    edited = folder.migration(3, "select 1;")
    folder.migrate(empty_db)
    folder.delete(gone)
    folder.delete(gone.replace(".sql", ".down.sql"))
    folder.write(edited, "select 2;")
    folder.migration(4, "select 1;")
    folder.write("views/app/other.sql", "create or replace view app.other as select 1 as n;")
    folder.delete("views/app/titles.sql")
    found = status.status(folder.settings(empty_db))
    assert [line.state for line in found.migrations] == ["applied", "deleted", "edited", "pending"]
    assert found.declared_changed == ("views/app/other.sql",)
    assert found.declared_removed == ("views/app/titles.sql",)
    assert not found.is_current


def test_the_bootstrap_of_the_ledger_can_be_repeated(empty_db: Database) -> None:
    with empty_db.connect() as connection:
        ledger.bootstrap(connection)
        ledger.bootstrap(connection)
        assert ledger.applied_migrations(connection) == {}


def test_clients_can_neither_read_nor_write_the_ledger(db: Database) -> None:
    for role in ("anon", "authenticated", "staff", "service_role"):
        for table in ("migrations_meta", "declared_files", "seeded_rows", "catalog_objects"):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                db.request(role=role, hat=False) as connection,
            ):
                connection.execute(f"select * from util.{table}".encode())


QUICK = """
-- Überschrift: ein Kommentar mit Umlauten
create schema app;
create table app.first (id integer) -- ends in a comment
;
/* another; with a semicolon */
create table app.second (id integer, "größe" text default 'ä;b');
comment on table app.second is 'Größe; und mehr';
create index idx_second_id on app.second (id);
{wrong}
create table app.third (id integer);
"""


@pytest.mark.parametrize(
    ("wrong", "sqlstate", "snippet"),
    [
        ("create table app.second (id integer);", "42P07", "create table app.second (id integer);"),
        ("create table app.x (\n    ü integer,\n    id nothing\n);", "42704", "id nothing"),
        (
            "comment on column app.second.ö is 'x';",
            "42703",
            "comment on column app.second.ö is 'x';",
        ),
    ],
)
def test_a_file_that_travels_in_one_journey_fails_with_its_line(
    empty_db: Database, folder: Folder, wrong: str, sqlstate: str, snippet: str
) -> None:
    path = folder.migration(1, QUICK.format(wrong=wrong))
    with pytest.raises(DatabaseError) as caught:
        folder.migrate(empty_db)
    error = caught.value
    assert (error.path, error.sqlstate, error.snippet) == (path, sqlstate, snippet)
    assert empty_db.value("select to_regnamespace('app')") is None
    folder.migration(1, QUICK.format(wrong=""))
    assert len(folder.migrate(empty_db).migrations) == 1
    assert empty_db.value("select obj_description('app.second'::regclass)") == "Größe; und mehr"


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_a_quick_file_gives_way_to_users_too(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    folder.migration(2, "comment on function app.f() is 'x';")
    empty_db.rows("create function app.f() returns int language sql return 1")
    with psycopg.connect(empty_db.url) as other:
        # Nobody can take this lock up front: the statement itself waits for it.
        other.execute("create or replace function app.f() returns int language sql return 2")
        other.execute("comment on function app.f() is 'theirs'")
        with pytest.raises(LockError):
            folder.migrate(empty_db)
    row = empty_db.rows(
        "select status, attempts from util.migrations_meta order by id desc limit 1"
    )
    assert row == [("failed", 3)]
    assert folder.migrate(empty_db).migrations


@pytest.mark.every_server("locks, errors and settings of a run are the server's")
def test_a_lock_that_is_lost_stops_a_file_that_travels_in_one_journey(
    empty_db: Database, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper's session is ended just before the file is sent."""
    folder.migration(1, TABLE)
    at_once = transaction.at_once

    def lose_it_first(*arguments: Any) -> bool:
        with psycopg.connect(empty_db.admin_url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' "
                "and database = (select oid from pg_database where datname = current_database())"
            )
        return at_once(*arguments)

    monkeypatch.setattr(transaction, "at_once", lose_it_first)
    with pytest.raises(LockError, match="lost before the commit"):
        folder.migrate(empty_db)
    assert empty_db.value("select to_regclass('app.things')") is None
    assert empty_db.rows("select status from util.migrations_meta") == [("failed",)]
    monkeypatch.undo()
    assert len(folder.migrate(empty_db).migrations) == 1
