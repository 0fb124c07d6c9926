"""The newest migration, undone and applied again as it is now."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from dbtool.commands import migrate, redo, verify
from dbtool.commands.redo import Redone
from dbtool.db import catalog, connect
from dbtool.errors import DatabaseError, EditedError, FileError, HistoryError, UsageError
from dbtool.project import files
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server import cluster, home
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder

Cli = Callable[..., tuple[int, str, str]]
DROP = "drop table app.things;"


@pytest.fixture
def folder(folder: Folder, server: Cluster) -> Folder:
    """A project whose embedded server is the one under test."""
    home.folder(folder.root).mkdir()
    cluster.save(server, home.description(folder.root))
    return folder


def again(db: Database, folder: Folder) -> Redone:
    return redo.redo(folder.settings(db), Silent())


def state(db: Database, folder: Folder) -> dict[tuple[str, str], str]:
    with connect.connect(db.url) as connection:
        return catalog.definitions(catalog.read(connection, files.load(folder.root).schemas))


def oid(db: Database, name: str) -> int:
    return int(db.value("select %s::regclass::oid::bigint", [name]))


def agrees(db: Database, folder: Folder) -> None:
    assert folder.migrate(db) == Migrated()
    assert verify.verify_record(folder.settings(db), False, Silent()).clean


def test_an_edited_migration__is_undone_and_applied_as_it_is_now(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    folder.migration(1, TABLE.replace("title text", "title text, body text"), DROP)
    result = again(empty_db, folder)
    assert result.name == "app/20260101000001_step"
    assert {change.path for change in result.run.declared} == {
        "functions/app/count_things.sql",
        "policies/app/things.sql",
        "views/app/titles.sql",
    }
    agrees(empty_db, folder)
    settings = folder.settings(empty_db, scratch_server)
    assert verify.verify_files(settings, Silent()).clean
    assert empty_db.rows(
        "select status from util.migrations_meta where version = '20260101000001' order by id"
    ) == [("applied",), ("rolled_back",), ("applied",)]


def test_an_unedited_migration__is_applied_again(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    before, table = state(empty_db, folder), oid(empty_db, "app.things")
    again(empty_db, folder)
    assert oid(empty_db, "app.things") != table
    assert state(empty_db, folder) == before
    agrees(empty_db, folder)


def test_declared_objects_that_are_not_in_the_way__stay(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.migration(
        2, "alter table app.things add column a text;", "alter table app.things drop column a;"
    )
    folder.migrate(empty_db)
    view = oid(empty_db, "app.titles")
    result = again(empty_db, folder)
    assert result.run.declared == ()
    assert oid(empty_db, "app.titles") == view
    folder.write("views/app/a.sql", "create or replace view app.a as select a from app.things;")
    folder.migrate(empty_db)
    again(empty_db, folder)
    assert empty_db.value("select to_regclass('app.a') is not null")
    agrees(empty_db, folder)


def test_the_way_back_that_was_applied_with_it__undoes_it(
    empty_db: Database, folder: Folder
) -> None:
    both = TABLE + "create table app.others (id integer);"
    folder.migration(1, both, f"drop table app.others; {DROP}")
    folder.migrate(empty_db)
    folder.migration(1, TABLE, DROP)  # would leave the other table behind
    again(empty_db, folder)
    assert empty_db.value("select to_regclass('app.others')") is None
    folder.migration(1, both, f"drop table app.others; {DROP}")  # would not find it
    again(empty_db, folder)
    assert empty_db.value("select to_regclass('app.others')") is not None
    agrees(empty_db, folder)


@pytest.mark.parametrize("wrong", ["", "select 1 / 0;", "drop table app.nothing;"])
def test_a_mended_way_back__serves_where_the_applied_one_was_wrong(
    empty_db: Database, folder: Folder, wrong: str
) -> None:
    folder.migration(1, TABLE, wrong or "select 1;")
    folder.migrate(empty_db)
    with pytest.raises(DatabaseError):
        again(empty_db, folder)
    folder.migration(1, TABLE, DROP)
    again(empty_db, folder)
    agrees(empty_db, folder)


@pytest.mark.parametrize(
    ("edit", "sqlstate"), [("select 1 / 0;", "22012"), ("create table app.things ();", "42P07")]
)
def test_a_failing_edit__leaves_the_database_as_it_was(
    empty_db: Database, folder: Folder, edit: str, sqlstate: str
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    empty_db.rows("insert into app.things values (1, 'x')")
    before = state(empty_db, folder)
    path = folder.migration(1, f"{TABLE}\n{edit}", f"{DROP}\n drop table app.nothing;")
    with pytest.raises(DatabaseError) as caught:
        again(empty_db, folder)
    assert (caught.value.sqlstate, caught.value.path) == (sqlstate, path)
    assert state(empty_db, folder) == before
    assert empty_db.rows("select id, title from app.things") == [(1, "x")]
    with pytest.raises(EditedError):
        folder.migrate(empty_db)
    folder.migration(1, TABLE, DROP)
    agrees(empty_db, folder)


def test_an_edit_that_is_not_sql__is_refused_before_anything(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    before = state(empty_db, folder)
    folder.migration(1, "create tabel app.things;", DROP)
    with pytest.raises(FileError):
        again(empty_db, folder)
    assert state(empty_db, folder) == before


def test_a_declared_file_that_does_not_fit_any_more__undoes_all_of_it(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    before = state(empty_db, folder)
    folder.migration(1, TABLE.replace("title text", "heading text"), DROP)
    with pytest.raises(DatabaseError) as caught:
        again(empty_db, folder)
    assert (caught.value.sqlstate, caught.value.path) == ("42703", "views/app/titles.sql")
    assert state(empty_db, folder) == before


def test_an_object_in_the_way_that_no_file_declares__is_named(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    empty_db.rows("create view app.mine as select id from app.things")
    with pytest.raises(DatabaseError) as caught:
        again(empty_db, folder)
    assert caught.value.sqlstate == "2BP01"
    assert "app.mine" in caught.value.detail
    assert empty_db.value("select to_regclass('app.mine') is not null")


def test_it_says_what_data_was_destroyed(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE, DROP)
    folder.migrate(empty_db)
    empty_db.rows("insert into app.things values (1, 'x')")
    assert [(loss.what, loss.rows) for loss in again(empty_db, folder).losses] == [
        ("table app.things", 1)
    ]


def test_reference_rows_come_back_with_their_table(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE, DROP)
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (1, 'one') on conflict (id) do nothing;",
    )
    folder.migrate(empty_db)
    again(empty_db, folder)
    assert empty_db.rows("select id, title from app.things") == [(1, "one")]
    agrees(empty_db, folder)


def test_what_is_pending__is_applied_after_it(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    folder.migration(1, TABLE.replace("title text", "title text, body text"), DROP)
    folder.migration(2, "alter table app.things drop column body;", "select 1;")
    result = again(empty_db, folder)
    assert [step.name for step in result.run.migrations] == [
        "app/20260101000001_step",
        "app/20260101000002_step",
    ]
    agrees(empty_db, folder)


def test_a_file_outside_transactions__is_redone_and_a_failing_one_says_where_it_stands(
    empty_db: Database, folder: Folder
) -> None:
    alone = "-- dbtool: no-transaction\n"
    folder.migration(1, TABLE, DROP)
    down = f"{alone}drop index concurrently app.idx_things_title;"
    folder.migration(
        2, f"{alone}create index concurrently idx_things_title on app.things (title);", down
    )
    folder.migrate(empty_db)
    folder.migration(
        2, f"{alone}create index concurrently idx_things_title on app.things (title, id);", down
    )
    again(empty_db, folder)
    assert "(title, id)" in empty_db.value(
        "select pg_get_indexdef('app.idx_things_title'::regclass)"
    )
    folder.migration(
        2, f"{alone}create index concurrently idx_things_title on app.things (nothing);", down
    )
    with pytest.raises(DatabaseError) as caught:
        again(empty_db, folder)
    assert "`dbtool migrate`" in caught.value.hint
    assert empty_db.value("select to_regclass('app.idx_things_title')") is None
    folder.migration(
        2, f"{alone}create index concurrently idx_things_title on app.things (id);", down
    )
    folder.migrate(empty_db)
    agrees(empty_db, folder)


def test_no_way_back__is_refused(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE, DROP)
    folder.migrate(empty_db)
    folder.delete("migrations/app/20260101000001_step.down.sql")
    with pytest.raises(HistoryError) as caught:
        again(empty_db, folder)
    assert caught.value.path == "migrations/app/20260101000001_step.down.sql"
    assert empty_db.value("select to_regclass('app.things') is not null")


def test_a_migration_that_is_gone_or_another_that_was_edited__is_refused(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE, DROP)
    folder.migration(2, "select 2;", "select 2;")
    folder.migrate(empty_db)
    folder.migration(1, f"{TABLE}-- edited", DROP)
    with pytest.raises(EditedError):
        again(empty_db, folder)
    folder.delete("migrations/app/20260101000002_step.sql")
    folder.delete("migrations/app/20260101000002_step.down.sql")
    with pytest.raises(HistoryError) as caught:
        again(empty_db, folder)
    assert caught.value.path == "migrations/app/20260101000002_step.sql"


def test_nothing_applied__is_an_error(empty_db: Database, folder: Folder) -> None:
    with pytest.raises(UsageError):
        again(empty_db, folder)


def test_another_server__is_refused_by_name_and_nothing_is_undone(
    empty_db: Database, folder: Folder, scratch_server: Cluster, cli: Cli
) -> None:
    folder.migration(1, TABLE, DROP)
    folder.migrate(empty_db)
    cluster.save(scratch_server, home.description(folder.root))
    code, _, error = cli("--project", str(folder.root), "--database-url", empty_db.url, "redo")
    assert code == 2
    assert empty_db.name in error
    assert empty_db.server.passwords[empty_db.owner] not in error
    home.description(folder.root).unlink()
    assert cli("--project", str(folder.root), "--database-url", empty_db.url, "redo")[0] == 2
    assert empty_db.rows("select status from util.migrations_meta") == [("applied",)]


def test_an_edited_file__names_redo_where_the_server_is_the_embedded_one(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE, DROP)
    folder.migration(2, "select 2;", "select 2;")
    folder.migrate(empty_db)
    settings = folder.settings(empty_db)

    def hint(options: Options) -> str:
        with pytest.raises(EditedError) as caught:
            migrate.migrate(settings, options, Silent())
        assert caught.value.exit_code == 5
        return caught.value.hint

    folder.migration(2, "select 3;", "select 2;")
    for options in (Options(), Options(dry_run=True)):
        assert hint(options).startswith("`dbtool redo`")
    again(empty_db, folder)
    folder.migration(1, f"{TABLE}-- edited", DROP)
    assert "`dbtool rollback --to 0`" in hint(Options())
    folder.migration(1, TABLE, DROP)
    folder.migration(2, "select 4;", "select 2;")
    home.description(folder.root).unlink()
    assert "redo" not in hint(Options())


def test_a_busy_table__is_waited_for_and_given_up_without_harm(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared()
    folder.migrate(empty_db)
    before = state(empty_db, folder)
    with psycopg.connect(empty_db.url) as reader:
        reader.execute("select from app.things")
        with pytest.raises(Exception) as caught:
            again(empty_db, folder)
        assert getattr(caught.value, "exit_code", None) == 4
    assert state(empty_db, folder) == before
    again(empty_db, folder)
    agrees(empty_db, folder)
