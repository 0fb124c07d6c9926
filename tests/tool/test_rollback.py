"""Down migrations."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dbtool.commands import migrate, rollback
from dbtool.db import catalog, connect
from dbtool.errors import DatabaseError, HistoryError, UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder
from tests.support.servers import REPOSITORY


def test_rollback_undoes_newer_versions_newest_first(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.migration(
        2, "alter table app.things add column a text;", "alter table app.things drop column a;"
    )
    folder.migration(
        3, "alter table app.things add column b text;", "alter table app.things drop column b;"
    )
    folder.migrate(empty_db)
    result = folder.rollback(empty_db, "20260101000001")
    assert result.plan.versions == ("20260101000003", "20260101000002")
    assert result.plan.declared == 3
    assert empty_db.rows(
        "select attname::text from pg_attribute where attrelid = 'app.things'::regclass "
        "and attnum > 0 and not attisdropped order by attnum"
    ) == [("id",), ("title",)]
    assert empty_db.value("select to_regclass('app.titles')") is None
    assert len(folder.migrate(empty_db).migrations) == 2


def test_rollback_says_what_data_it_destroys_and_asks(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE, "drop table app.things;")
    folder.migration(
        2, "alter table app.things add column a text;", "alter table app.things drop column a;"
    )
    folder.migrate(empty_db)
    empty_db.rows("insert into app.things values (1, 'x', 'a'), (2, 'y', null)")
    asked: list[rollback.Plan] = []

    def refuse(plan: rollback.Plan) -> bool:
        asked.append(plan)
        return False

    result = rollback.rollback(folder.settings(empty_db), "0", refuse, Silent())
    assert not result.confirmed
    assert [(loss.what, loss.rows) for loss in asked[0].losses] == [
        ("column app.things.a", 1),
        ("table app.things", 2),
    ]
    assert empty_db.value("select count(*) from app.things") == 2


def test_the_recorded_way_back_serves_where_the_file_is_gone(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE, "drop table app.things;")
    folder.migrate(empty_db)
    folder.delete("migrations/app/20260101000001_step.sql")
    folder.delete("migrations/app/20260101000001_step.down.sql")
    folder.rollback(empty_db, "0")
    assert empty_db.value("select to_regclass('app.things')") is None


def test_a_version_without_a_way_back_stops_the_rollback_before_it_begins(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE)
    folder.delete("migrations/app/20260101000001_step.down.sql")
    folder.migration(2, "select 1;", "select 1;")
    folder.migrate(empty_db)
    with pytest.raises(HistoryError, match="no down migration") as caught:
        folder.rollback(empty_db, "0")
    assert caught.value.path == "migrations/app/20260101000001_step.down.sql"
    assert empty_db.value("select count(*) from util.migrations_meta") == 2


def test_a_failing_way_back_undoes_nothing_of_its_version(
    empty_db: Database, folder: Folder
) -> None:
    folder.migration(1, TABLE, "drop table app.things;\nselect 1 / 0;")
    folder.migrate(empty_db)
    with pytest.raises(DatabaseError) as caught:
        folder.rollback(empty_db, "0")
    assert caught.value.line == 2
    assert empty_db.value("select to_regclass('app.things')") is not None


def test_rollback_to_an_unknown_version_is_an_error(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    with pytest.raises(UsageError, match="is not applied"):
        folder.rollback(empty_db, "20260101000009")


def test_reference_rows_come_back_with_their_table(empty_db: Database, folder: Folder) -> None:
    folder.migration(1, TABLE, "drop table app.things;")
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (1, 'one') on conflict (id) do nothing;",
    )
    folder.migrate(empty_db)
    folder.rollback(empty_db, "0")
    folder.migrate(empty_db)
    assert empty_db.rows("select id, title from app.things") == [(1, "one")]


def test_every_down_migration_gives_the_catalog_that_was_there_before(
    empty_db: Database, tmp_path: Path
) -> None:
    """Up one migration at a time, then down one at a time: each state on the way is the same."""
    everything = files.load(REPOSITORY)
    # Declared objects are dropped before the first step back, so that they are none of its concern.
    root = tmp_path / "migrations_alone"
    shutil.copytree(REPOSITORY / "migrations", root / "migrations")
    shutil.copy(REPOSITORY / "dbtool.toml", root)
    settings = Settings(root, empty_db.url)
    versions = ["0", *(migration.version for migration in everything.migrations)]

    def state() -> dict[tuple[str, str], str]:
        with connect.connect(empty_db.url) as connection:
            found = catalog.definitions(catalog.read(connection, everything.schemas))
        # A validated constraint holds; no down migration makes it doubtful again.
        return {key: text.removesuffix(" NOT VALID") for key, text in found.items()}

    states = []
    for version in versions[1:]:
        migrate.migrate(settings, Options(to=version), Silent())
        states.append(state())
    for to, expected in reversed(list(zip(versions[1:], states, strict=True))):
        if to != versions[-1]:
            rollback.rollback(settings, to, lambda plan: True, Silent())
            assert catalog.compare(expected, state()) == [], to
    rollback.rollback(settings, "0", lambda plan: True, Silent())
    left = {identity for kind, identity in state() if kind in ("table", "function", "view", "type")}
    assert {name for name in left if not name.startswith("util.")} == set()


def test_the_package_goes_back_and_forth_with_its_declared_objects(db: Database) -> None:
    settings = Settings(REPOSITORY, db.url)
    project = files.load(REPOSITORY)

    def state() -> dict[tuple[str, str], str]:
        with connect.connect(db.url) as connection:
            return catalog.definitions(catalog.read(connection, project.schemas))

    before = state()
    rollback.rollback(settings, "0", lambda plan: True, Silent())
    migrate.migrate(settings, Options(), Silent())
    assert catalog.compare(before, state()) == []
