"""Drift of each kind, planted by hand, is named."""

from __future__ import annotations

import psycopg
import pytest

from dbtool.commands import migrate, verify
from dbtool.db import fingerprint
from dbtool.errors import DatabaseError, HistoryError, UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY

# What is done by hand, and how the difference is named.
DRIFT = {
    "a column added": (
        "alter table rbac.roles add column colour text",
        ("added", "column", "rbac.roles.colour"),
    ),
    "a default changed": (
        "alter table public.profiles alter column is_public set default true",
        ("changed", "column", "public.profiles.is_public"),
    ),
    "a constraint dropped": (
        "alter table public.profiles drop constraint ck_profiles_bio",
        ("removed", "constraint", "public.profiles.ck_profiles_bio"),
    ),
    "a policy widened": (
        "alter policy user_contacts_select_own on public.user_contacts using (true)",
        ("changed", "policy", "public.user_contacts.user_contacts_select_own"),
    ),
    "a policy given to another role": (
        "alter policy user_contacts_select_own on public.user_contacts to anon",
        ("changed", "policy", "public.user_contacts.user_contacts_select_own"),
    ),
    "a grant added": (
        "grant select on rbac.api_keys to anon",
        ("added", "grant", "table rbac.api_keys to anon"),
    ),
    "a grant on a column added": (
        "grant select (secret_hash) on rbac.api_keys to staff",
        ("changed", "grant", "columns of rbac.api_keys to staff"),
    ),
    "execute given to everyone": (
        "grant execute on function rbac.verify_api_key(text) to public",
        ("added", "grant", "function rbac.verify_api_key(text) to public"),
    ),
    "row level security switched off": (
        "alter table rbac.user_roles disable row level security",
        ("removed", "row_security", "rbac.user_roles"),
    ),
    "a function's body changed": (
        "create or replace function util.is_service() returns boolean language sql stable "
        "security definer set search_path = pg_catalog, pg_temp return true",
        ("changed", "function", "util.is_service()"),
    ),
    "a function's path changed": (
        "alter function rbac.has_role(uuid, text) reset search_path",
        ("changed", "function", "rbac.has_role(uuid, text)"),
    ),
    "a trigger disabled": (
        "alter table rbac.user_roles disable trigger trg_user_roles_log_role_change",
        ("changed", "trigger", "rbac.user_roles.trg_user_roles_log_role_change"),
    ),
    "an index dropped": (
        "drop index rbac.idx_user_roles_role_id",
        ("removed", "index", "rbac.idx_user_roles_role_id"),
    ),
    "a stray table": (
        "create table public.scratchpad (id int)",
        ("added", "table", "public.scratchpad"),
    ),
    "a stray function": (
        "create function rbac.has_role(p_role text) returns boolean language sql return true",
        ("added", "function", "rbac.has_role(text)"),
    ),
    "a stray schema": ("create schema stray", ("added", "schema", "stray")),
    "default privileges": (
        "alter default privileges in schema public grant select on tables to anon",
        ("added", "default_privileges", "tables of package_owner in public to anon"),
    ),
    "a view that no longer asks its reader": (
        "alter view rbac.effective_roles set (security_invoker = false)",
        ("changed", "view", "rbac.effective_roles"),
    ),
    "a comment changed": (
        "comment on table rbac.roles is 'mine'",
        ("changed", "comment", "table rbac.roles"),
    ),
    "a type added": ("create type public.mood as enum ('good')", ("added", "type", "public.mood")),
    "a rule added": (
        "create rule quiet as on delete to rbac.role_grants_log do instead nothing",
        ("added", "rule", "rbac.role_grants_log.quiet"),
    ),
}


@pytest.mark.parametrize("name", DRIFT)
def test_planted_drift_is_named(db: Database, name: str) -> None:
    statement, expected = DRIFT[name]
    db.rows(statement)
    result = verify.verify_record(Settings(REPOSITORY, db.url), accept=False, progress=Silent())
    assert expected in [(d.change, d.kind, d.identity) for d in result.differences]
    assert not result.clean
    # The stamp, by which migrate knows at once that nothing was touched, saw it too.
    with db.connect() as connection:
        assert not fingerprint.is_untouched(connection, files.load(REPOSITORY).schemas)


@pytest.mark.every_server("each version words its catalog differently")
def test_all_drift_at_once_is_named(db: Database) -> None:
    """On the other servers, where one look is to be enough."""
    expected = set()
    with db.connect() as connection:
        for statement, difference in DRIFT.values():
            connection.execute(statement.encode())
            expected.add(difference)
    result = verify.verify_record(Settings(REPOSITORY, db.url), accept=False, progress=Silent())
    assert expected <= {(d.change, d.kind, d.identity) for d in result.differences}


@pytest.mark.every_server("each version words its catalog differently")
def test_an_untouched_database_has_no_differences(db: Database) -> None:
    settings = Settings(REPOSITORY, db.url)
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    with db.connect() as connection:
        assert fingerprint.is_untouched(connection, files.load(REPOSITORY).schemas)
        connection.execute("create temporary table unrelated (id int)")
        connection.execute("vacuum analyze rbac.roles")
        assert fingerprint.is_untouched(connection, files.load(REPOSITORY).schemas)


@pytest.mark.every_server("each version words its catalog differently")
def test_an_index_that_became_invalid_is_named(db: Database) -> None:
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        connection.execute(
            "update pg_index set indisvalid = false "
            "where indexrelid = 'rbac.idx_user_roles_role_id'::regclass"
        )
    result = verify.verify_record(Settings(REPOSITORY, db.url), accept=False, progress=Silent())
    assert [(d.change, d.identity) for d in result.differences] == [
        ("changed", "rbac.idx_user_roles_role_id")
    ]


@pytest.mark.every_server("each version words its catalog differently")
def test_an_object_that_changed_owner_is_named(db: Database) -> None:
    with psycopg.connect(db.admin_url, autocommit=True) as connection:
        connection.execute("alter function util.is_service() owner to postgres")
    result = verify.verify_record(Settings(REPOSITORY, db.url), accept=False, progress=Silent())
    assert ("added", "owner", "function util.is_service()") in [
        (d.change, d.kind, d.identity) for d in result.differences
    ]


def test_migrate_names_drift_and_never_takes_it_for_granted(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("alter table app.things add column by_hand text")
    folder.migration(2, "alter table app.things add column planned text;")
    assert [d.identity for d in folder.migrate(empty_db).drift] == ["app.things.by_hand"]
    result = verify.verify_record(folder.settings(empty_db), accept=False, progress=Silent())
    assert [d.identity for d in result.differences] == ["app.things.by_hand"]


def test_accepted_drift_is_the_new_state(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("alter table app.things add column by_hand text")
    settings = folder.settings(empty_db)
    assert verify.verify_record(settings, accept=True, progress=Silent()).accepted
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean


def test_a_record_older_than_the_ledger_is_not_compared(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("delete from util.catalog_runs")
    with pytest.raises(HistoryError, match="no record of the last run"):
        verify.verify_record(folder.settings(empty_db), accept=False, progress=Silent())
    folder.migrate(empty_db)
    assert verify.verify_record(folder.settings(empty_db), accept=False, progress=Silent()).clean


@pytest.mark.every_server("each version words its catalog differently")
def test_files_built_on_scratch_are_the_database(db: Database, scratch_server: Cluster) -> None:
    settings = Settings(REPOSITORY, db.url, scratch_url=scratch_server.url())
    assert verify.verify_files(settings, Silent()) == verify.Verified("files", (), (), ())


def test_a_scratch_server_that_is_the_targets_own_is_refused(db: Database) -> None:
    settings = Settings(REPOSITORY, db.url, scratch_url=db.server.url())
    with pytest.raises(UsageError, match="the target's own"):
        verify.verify_files(settings, Silent())


def test_verify_files_names_differences_and_history(
    empty_db: Database, folder: Folder, scratch_server: Cluster
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("alter table app.things add column by_hand text")
    folder.write("migrations/app/20260101000001_step.sql", "create schema app;")
    folder.delete("policies/app/things.sql")
    folder.delete("views/app/titles.sql")
    folder.delete("functions/app/count_things.sql")
    folder.migration(2, "create table app.pending (id int);")
    result = verify.verify_files(folder.settings(empty_db, scratch_server), Silent())
    (wrong,) = result.history
    assert wrong.startswith("migrations/app/20260101000001_step.sql: not the text that was applied")
    assert result.pending == ("app/20260101000002_step",)
    named = {(d.change, d.kind, d.identity) for d in result.differences}
    assert ("added", "column", "app.things.by_hand") in named
    assert ("removed", "table", "app.pending") in named


def test_verify_exits_1_where_something_differs(
    db: Database, cli: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(cli)
    arguments = ("--project", str(REPOSITORY), "--database-url", db.url, "verify")
    assert cli(*arguments)[0] == 0
    db.rows("create schema stray")
    code, out, _ = cli(*arguments)
    assert code == 1
    assert "schema stray" in out


def test_the_scratch_server_is_embedded_where_none_is_named(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbtool.server import binaries

    settings = Settings(REPOSITORY, db.url)
    if db.server.major in binaries.EMBEDDED_MAJORS:
        assert verify.verify_files(settings, Silent()).clean
    else:
        with pytest.raises(Exception, match="no embedded Postgres"):
            verify.verify_files(settings, Silent())


def test_nothing_to_do_leaves_no_trace(db: Database) -> None:
    before = db.rows("select max(id) from util.catalog_runs")
    migrate.migrate(Settings(REPOSITORY, db.url), Options(), Silent())
    assert db.rows("select max(id) from util.catalog_runs") == before


def _named(db: Database, folder: Folder) -> set[str]:
    result = verify.verify_record(folder.settings(db), accept=False, progress=Silent())
    return {d.identity for d in result.differences}


def _plant(db: Database) -> None:
    db.rows("alter table app.things disable row level security")
    db.rows("alter table app.things add column by_hand text")


def test_a_run_that_fails_does_not_bury_drift(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    _plant(empty_db)
    folder.migration(2, "alter table app.things add column planned text;")
    path = folder.migration(3, "select 1 / 0;")
    with pytest.raises(DatabaseError):
        folder.migrate(empty_db)
    folder.write(path, "select 1;")
    folder.migrate(empty_db)
    assert _named(empty_db, folder) == {"app.things", "app.things.by_hand"}
    folder.migration(4, "select 1;")
    assert {d.identity for d in folder.migrate(empty_db).drift} == {
        "app.things",
        "app.things.by_hand",
    }


def test_a_rollback_does_not_bury_drift(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    folder.migration(2, "select 1;", "select 1;")
    folder.migrate(empty_db)
    _plant(empty_db)
    folder.rollback(empty_db, "20260101000001")
    assert _named(empty_db, folder) == {"app.things", "app.things.by_hand"}
    folder.migrate(empty_db)
    assert _named(empty_db, folder) == {"app.things", "app.things.by_hand"}


def test_drift_goes_with_the_table_it_was_in(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    _plant(empty_db)
    folder.migration(2, "select 1;", "select 1;")
    folder.migrate(empty_db)
    folder.rollback(empty_db, "0")
    assert _named(empty_db, folder) == set()


def test_drift_that_is_put_right_is_no_longer_named(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    _plant(empty_db)
    folder.migration(2, "select 1;")
    folder.migrate(empty_db)
    empty_db.rows("alter table app.things enable row level security")
    empty_db.rows("alter table app.things drop column by_hand")
    assert _named(empty_db, folder) == set()
    folder.migration(3, "select 1;")
    assert folder.migrate(empty_db).drift == ()


def test_an_overload_by_hand_is_not_taken_for_the_declared_function(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    empty_db.rows("create function app.count_things(p_n int) returns int language sql return 1")
    folder.migrate(empty_db)
    assert "app.count_things(integer)" in _named(empty_db, folder)


def test_verify_by_an_administrator_finds_what_the_owner_finds(db: Database) -> None:
    settings = Settings(REPOSITORY, db.admin_url)
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean


def test_another_role_than_the_owner_is_refused(db: Database) -> None:
    with pytest.raises(DatabaseError, match=f"belongs to {db.owner}"):
        migrate.migrate(Settings(REPOSITORY, db.admin_url), Options(), Silent())


def test_verify_before_the_first_migrate_says_so(empty_db: Database, folder: Folder) -> None:
    folder.with_declared()
    with pytest.raises(HistoryError, match="never worked on this database"):
        verify.verify_record(folder.settings(empty_db), accept=False, progress=Silent())


@pytest.mark.every_server("each version words its catalog differently")
def test_roles_that_need_quotes_are_quoted_once(empty_db: Database, folder: Folder) -> None:
    folder.with_declared().migrate(empty_db)
    with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
        connection.execute('create role "Report Reader"')
    try:
        empty_db.rows('grant select on app.things to "Report Reader"')
        result = verify.verify_record(folder.settings(empty_db), accept=False, progress=Silent())
        assert [d.found for d in result.differences] == [
            'grant select on table app.things to "Report Reader"'
        ]
        assert [c.path for c in folder.migrate(empty_db).declared] == ["policies/app/things.sql"]
        assert _named(empty_db, folder) == set()
    finally:
        with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
            connection.execute('drop role "Report Reader"')
