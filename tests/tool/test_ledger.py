"""The ledger is believed only where it is known to be what dbtool wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dbtool.commands import baseline, migrate, plan, rollback, status, verify
from dbtool.errors import DatabaseError, HistoryError, LockError
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import Database
from tests.support.project_folder import POLICY, TABLE, VIEW, Folder

COMMANDS: dict[str, Callable[[Settings], object]] = {
    "migrate": lambda s: migrate.migrate(s, Options(), Silent()),
    "migrate --dry-run": lambda s: migrate.migrate(s, Options(dry_run=True), Silent()),
    "plan": lambda s: plan.plan(s, Options(), Silent()),
    "rollback": lambda s: rollback.rollback(s, "0", lambda _: True, Silent()),
    "baseline": lambda s: baseline.baseline(s, None, Silent()),
    "verify": lambda s: verify.verify_record(s, accept=False, progress=Silent()),
    "verify --files": lambda s: verify.verify_files(s, Silent()),
}


@pytest.mark.parametrize("command", [*COMMANDS, "status"])
def test_a_newer_ledger_is_refused_and_left_alone(
    empty_db: Database, folder: Folder, command: str
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("insert into util.ledger_versions (version, tool_version) values (99, '7.0.0')")
    folder.migration(2, "alter table app.things add column note text;")
    run = COMMANDS.get(command, status.status)
    with pytest.raises(HistoryError, match=r"that of a newer dbtool: 7\.0\.0"):
        run(folder.settings(empty_db))
    assert empty_db.value("select count(*) from util.migrations_meta") == 1


SEED = "insert into app.things (id, title) values (7, 'seven') on conflict (id) do nothing;"
EDITS = [
    "delete from util.migrations_meta where version = '20260101000002'",
    "delete from util.migrations_meta where version = '20260101000001'",
    "update util.migrations_meta set checksum = repeat('0', 64) where version = '20260101000001'",
    "update util.migrations_meta set status = 'rolled_back' where version = '20260101000002'",
    "update util.migrations_meta set down_text = 'drop schema public' where version ~ '2$'",
    "delete from util.declared_files where kind = 'view'",
    "update util.declared_files set checksum = 'x' where kind = 'policy'",
    "truncate util.migrations_meta",
]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_ledger_edited_by_hand_is_told_by_every_command_that_acts_on_it(
    empty_db: Database, folder: Folder, edit: str, command: str
) -> None:
    folder.with_declared()
    folder.migration(2, "alter table app.things add column note text;", "select 1;")
    folder.migrate(empty_db)
    empty_db.rows(edit)
    with pytest.raises(HistoryError, match="edited by hand"):
        COMMANDS[command](folder.settings(empty_db))


def test_an_edited_ledger_can_be_accepted(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    settings = folder.settings(empty_db)
    empty_db.rows("update util.declared_files set checksum = 'x' where kind = 'policy'")
    verify.verify_record(settings, accept=True, progress=Silent())
    # The edited ledger counts now: the file is not what was applied.
    changes = folder.migrate(empty_db).declared
    assert [c.path for c in changes] == ["policies/app/things.sql"]


def test_a_checkout_with_another_history_is_refused_with_names_and_commits(
    empty_db: Database, tmp_path: Path
) -> None:
    ours, theirs = Folder.create(tmp_path / "ours"), Folder.create(tmp_path / "theirs")
    for checkout in (ours, theirs):
        checkout.migration(1, TABLE)
    ours.migration(2, "alter table app.things add column ours integer;", slug="ours")
    theirs.migration(3, "alter table app.things add column theirs integer;", slug="theirs")
    ours.migrate(empty_db)
    with pytest.raises(HistoryError) as caught:
        theirs.migrate(empty_db)
    assert caught.value.detail.startswith(
        "migrations/app/20260101000002_ours.sql: not in this checkout; applied "
    )
    assert f"by {empty_db.owner}" in caught.value.detail
    assert "the right database" in caught.value.hint
    # Put together, they are one history again.
    theirs.migration(2, "alter table app.things add column ours integer;", slug="ours")
    theirs.migrate(empty_db)
    columns = empty_db.rows(
        "select attname from pg_attribute where attrelid = 'app.things'::regclass and attnum > 0 "
        "order by attnum"
    )
    assert [c for (c,) in columns] == ["id", "title", "ours", "theirs"]


def test_a_declared_file_and_a_seed_that_fail_leave_a_row_and_what_stood_still_stands(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("views/app/titles.sql", VIEW.replace("t.title", "t.nothing"))
    folder.write("seeds/reference/app/things.sql", SEED.replace("title)", "nothing)"))
    with pytest.raises(DatabaseError):
        folder.migrate(empty_db)
    folder.write("views/app/titles.sql", VIEW)
    with pytest.raises(DatabaseError):
        folder.migrate(empty_db)
    rows = empty_db.rows(
        "select path, object_name, left(error, 5) from util.declared_files "
        "where status = 'failed' order by id"
    )
    assert rows == [
        ("views/app/titles.sql", "app.titles", "42703"),
        ("seeds/reference/app/things.sql", "app.things", "42703"),
    ]
    settings = folder.settings(empty_db)
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    folder.write("seeds/reference/app/things.sql", SEED)
    done = folder.migrate(empty_db)
    assert (done.declared, len(done.seeds)) == ((), 1)


def test_the_ledger_tells_how_long_a_declared_batch_waited(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.write("policies/app/things.sql", POLICY.replace("using (true)", "using (id > 0)"))
    with psycopg.connect(empty_db.url) as reader:
        reader.execute("select * from app.things")
        with pytest.raises(LockError):
            folder.migrate(empty_db)
    row = empty_db.rows(
        """
        select path, status, attempts, lock_wait_ms > 0, started_at < applied_at,
            error ~ '^(55P03|57014)'
        from util.declared_files order by id desc limit 1
        """
    )
    assert row == [("policies/app/things.sql", "failed", 3, True, True, True)]
    assert len(folder.migrate(empty_db).declared) == 1
