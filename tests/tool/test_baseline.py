"""baseline adopts a database that is what the files say, and no other."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from dbtool.commands import baseline, migrate, rollback, snapshot, status, verify
from dbtool.errors import HistoryError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import FUNCTION, POLICY, TABLE, VIEW, Folder
from tests.support.servers import REPOSITORY

SECOND = "alter table app.things add column note text;"


def _by_hand(db: Database, *texts: str) -> None:
    """What somebody ran with psql."""
    with psycopg.connect(db.url, autocommit=True) as connection:
        for text in texts:
            connection.execute(text.encode())


def test_a_database_that_equals_the_files_is_adopted(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared()
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (7, 'seven') on conflict (id) do nothing;",
    )
    _by_hand(empty_db, TABLE, POLICY, VIEW, FUNCTION, "insert into app.things values (1, 'mine')")
    settings = folder.settings(empty_db, scratch_server)
    result = baseline.baseline(settings, None, Silent())
    assert (result.migrations, result.declared, result.differences) == (
        ("app/20260101000001_step",),
        3,
        (),
    )
    assert len(result.fingerprint) == 64
    lines = status.status(settings).migrations
    assert [line.state for line in lines] == ["baselined"]
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    # Migrate finds the reference rows alone, and what was there is left alone.
    done = folder.migrate(empty_db)
    assert (done.migrations, done.declared, [s.inserted for s in done.seeds]) == ((), (), [1])
    assert empty_db.rows("select id, title from app.things order by id") == [
        (1, "mine"),
        (7, "seven"),
    ]
    with pytest.raises(HistoryError, match="nothing to adopt"):
        baseline.baseline(settings, None, Silent())


@pytest.mark.parametrize(
    ("by_hand", "kind", "identity"),
    [
        ("alter table app.things add column extra int", "column", "app.things.extra"),
        ("drop policy things_select_any on app.things", "policy", "app.things.things_select_any"),
        ("alter table app.things disable row level security", "row_security", "app.things"),
        ("grant select on app.things to anon", "grant", "table app.things to anon"),
        ("create index idx_by_hand on app.things (title)", "index", "app.idx_by_hand"),
    ],
)
def test_one_difference_is_named_and_nothing_is_recorded(
    empty_db: Database,
    folder: Folder,
    scratch_server: Cluster,
    by_hand: str,
    kind: str,
    identity: str,
) -> None:
    folder.with_declared()
    _by_hand(empty_db, TABLE, POLICY, VIEW, FUNCTION, by_hand)
    result = baseline.baseline(folder.settings(empty_db, scratch_server), None, Silent())
    assert [(d.kind, d.identity) for d in result.differences] == [(kind, identity)]
    assert empty_db.value("select to_regnamespace('util')") is None


def test_an_older_version_is_adopted_and_migrate_does_the_rest(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared()
    folder.migration(2, SECOND)
    # An older view and function stand there; what they should be today, their files say.
    _by_hand(empty_db, TABLE, POLICY, VIEW)
    settings = folder.settings(empty_db, scratch_server)
    assert baseline.baseline(settings, None, Silent()).differences
    result = baseline.baseline(settings, "20260101000001", Silent())
    assert (result.migrations, result.declared) == (("app/20260101000001_step",), 0)
    done = folder.migrate(empty_db)
    assert [s.name for s in done.migrations] == ["app/20260101000002_step"]
    assert {c.path for c in done.declared} == {
        "functions/app/count_things.sql",
        "policies/app/things.sql",
        "views/app/titles.sql",
    }
    assert verify.verify_files(settings, Silent()).clean


def test_a_change_made_by_hand_is_adopted_into_a_history(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    """The hotfix of the night gets its file in the morning."""
    folder.with_declared().migrate(empty_db)
    _by_hand(empty_db, SECOND)
    folder.migration(2, SECOND, "alter table app.things drop column note;")
    settings = folder.settings(empty_db, scratch_server)
    assert baseline.baseline(settings, None, Silent()).migrations == ("app/20260101000002_step",)
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    assert folder.migrate(empty_db) == Migrated()
    # And its down migration works like any other's.
    rollback.rollback(settings, "20260101000001", lambda plan: True, Silent())
    assert folder.migrate(empty_db).migrations[0].name == "app/20260101000002_step"


def test_the_package_is_adopted_from_its_own_script(
    db: Database, empty_db: Database, scratch_server: Cluster
) -> None:
    script = snapshot.script(Settings(REPOSITORY, db.url))
    _by_hand(empty_db, script)
    settings = Settings(REPOSITORY, empty_db.url, scratch_url=scratch_server.url())
    result = baseline.baseline(settings, None, Silent())
    assert result.differences == ()
    assert len(result.migrations) == empty_db.value(
        "select count(*) from util.migrations_meta where status = 'baselined'"
    )
    assert not migrate.migrate(settings, Options(), Silent()).migrations


def test_wrong_calls_are_refused(
    empty_db: Database,
    folder: Folder,
    scratch_server: Cluster,
    cli: Callable[..., tuple[int, str, str]],
) -> None:
    folder.with_declared()
    settings = folder.settings(empty_db, scratch_server)
    with pytest.raises(UsageError, match="no migration has version 1"):
        baseline.baseline(settings, "1", Silent())
    code, out, _ = cli(
        *("--project", str(folder.root), "--database-url", empty_db.url),
        *("--scratch-url", scratch_server.url(), "baseline"),
    )
    assert code == 1
    assert "removed  table app.things" in out
    assert "nothing was recorded" in out
