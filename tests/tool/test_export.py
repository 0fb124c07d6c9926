"""export supabase writes files that supabase db push applies, and migrate then agrees with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dbtool.commands import export, migrate, status, verify
from dbtool.db import catalog, connect
from dbtool.errors import UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.exporting import MIGRATIONS, Exporting, contents
from tests.support.project_folder import FUNCTION, POLICY, VIEW
from tests.support.servers import REPOSITORY
from tests.support.supabase import Host, push

Cli = Callable[..., tuple[int, str, str]]

SEED = """\
insert into app.things (id, title)
values
(1, 'first'),
(2, 'bäck\\slash; it''s')
on conflict (id) do nothing;
"""


def _catalog(db: Database) -> dict[tuple[str, str], str]:
    schemas = files.load(REPOSITORY).schemas
    with connect.connect(db.url) as connection:
        return catalog.definitions(catalog.read(connection, schemas))


@dataclass(frozen=True)
class Whole:
    """The package, exported."""

    folder: Path
    written: tuple[str, ...]


@pytest.fixture(scope="module")
def whole(scratch_server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings(REPOSITORY, scratch_url=scratch_server.url())
    return Whole(folder, export.supabase(settings, folder, Silent()).written)


@pytest.mark.parametrize("old_grants", [True, False], ids=["old-grants", "new-grants"])
def test_pushed_is_what_migrate_makes(
    host: Host, whole: Whole, scratch_server: Cluster, migrated_db: Database, old_grants: bool
) -> None:
    written = whole.written
    assert written[0] == "20260831235958_platform.sql"
    assert {m.version for m in files.load(REPOSITORY).migrations} < {n[:14] for n in written}
    pushed, migrated = host.database(old_grants), host.database(old_grants)
    assert not pushed.value("select exists (select from pg_roles where rolname = 'staff')")
    assert tuple(push(pushed, whole.folder)) == written

    platform.prepare(REPOSITORY, migrated.url, migrated.owner, Silent())
    migrate.migrate(Settings(REPOSITORY, migrated.url), Options(), Silent())
    wanted = {k: v for k, v in _catalog(migrated).items() if k[1] != "supabase_migrations"}
    assert {k: v for k, v in _catalog(pushed).items() if k[1] != "supabase_migrations"} == wanted
    # Grants, policies and all else are what the access matrix asks about on another platform.
    assert pushed.own_objects() == migrated_db.own_objects()

    there = Settings(REPOSITORY, pushed.url, scratch_url=scratch_server.url())
    if old_grants:  # which are the host's own, and of no effect on what was made
        compared = verify.verify_files(there, Silent())
        assert (compared.history, compared.pending) == ((), ())
        assert compared.differences == ()

    assert status.status(there).is_current
    assert migrate.migrate(there, Options(), Silent()) == Migrated()
    assert verify.verify_record(there, accept=False, progress=Silent()).clean
    assert migrate.migrate(there, Options(), Silent()) == Migrated()


def test_staff_is_made_by_the_first_file_as_its_owner_may(host: Host, exporting: Exporting) -> None:
    db = host.database()
    first = exporting.export()[0]
    for path in (exporting.out / MIGRATIONS).iterdir():
        if path.name != first:
            path.unlink()
    push(db, exporting.out)
    assert db.value("select rolcanlogin from pg_roles where rolname = 'staff'") is False
    assert db.value("select pg_has_role('authenticator', 'staff', 'member')")


def test_exporting_again_without_a_change_writes_nothing_and_says_so(
    exporting: Exporting, cli: Cli, scratch_server: Cluster
) -> None:
    arguments = ("--project", str(exporting.folder.root), "export", "supabase")
    code, said, _ = cli(*arguments, str(exporting.out), "--scratch-url", scratch_server.url())
    assert code == 0
    assert "wrote 20260101000002_declared.sql" in said
    assert "supabase db push" in said
    times = {p: p.stat().st_mtime_ns for p in exporting.out.rglob("*")}
    code, said, _ = cli(*arguments, str(exporting.out), "--scratch-url", "postgresql://nowhere")
    assert (code, said) == (0, "nothing to export: every file is as it was exported\n")
    assert {p: p.stat().st_mtime_ns for p in exporting.out.rglob("*")} == times


def test_the_same_files_are_exported_alike(
    exporting: Exporting, tmp_path: Path, scratch_server: Cluster
) -> None:
    exporting.folder.write("seeds/reference/app/things.sql", SEED)
    exporting.export()
    again = Exporting(exporting.folder, tmp_path / "again", scratch_server)
    again.export()
    assert contents(exporting.out) == contents(again.out)
    whole = "".join(contents(exporting.out).values())
    for private in ("dbtool_scratch", scratch_server.passwords["postgres"], str(tmp_path)):
        assert private not in whole
    for name, text in contents(exporting.out).items():
        if name.startswith(MIGRATIONS):
            assert "-- Written by `dbtool export supabase`" in text.split("\n\n")[0]


@pytest.mark.every_server("a push runs on the host's version")
def test_a_new_signature_replaces_the_function_and_what_stands_on_it(
    host: Host, exporting: Exporting
) -> None:
    folder = exporting.folder
    folder.write(
        "views/app/counts.sql",
        "create or replace view app.counts with (security_invoker = true) as\n"
        "select app.count_things() as things;\ngrant select on app.counts to authenticated;\n",
    )
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    changed = (
        FUNCTION.replace("count_things() returns", "count_things(p_least int default 0) returns")
        .replace("count_things() from", "count_things(int) from")
        .replace("from app.things", "from app.things where id >= p_least")
    )
    folder.write("functions/app/count_things.sql", changed)
    new = exporting.export()
    assert [name.partition("_")[2] for name in new] == ["declared.sql"]
    assert push(db, exporting.out) == new
    signatures = db.rows(
        "select oid::regprocedure::text from pg_proc where proname = 'count_things'"
    )
    assert signatures == [("app.count_things(integer)",)]
    assert db.rows("select * from app.counts") == [(0,)]
    exporting.assert_agrees(db)
    # Another result type cannot replace the old one in place either.
    narrower = changed.replace("returns bigint", "returns int").replace("(*)", "(*)::int")
    folder.write("functions/app/count_things.sql", narrower)
    exporting.export()
    push(db, exporting.out)
    assert db.value("select pg_typeof(things)::text from app.counts") == "integer"
    exporting.assert_agrees(db)


def test_a_deleted_file_drops_its_object(host: Host, exporting: Exporting) -> None:
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    exporting.folder.delete("views/app/titles.sql")
    exporting.folder.delete("functions/app/count_things.sql")
    exporting.export()
    push(db, exporting.out)
    assert db.value("select to_regclass('app.titles')") is None
    assert db.value("select to_regproc('app.count_things')") is None
    exporting.assert_agrees(db)


@pytest.mark.every_server("a push runs on the host's version")
def test_a_trigger_on_logins_goes_with_its_function(host: Host, exporting: Exporting) -> None:
    """The table is Supabase's: the role that pushes may make a trigger there, and not drop it."""
    db = host.database()
    exporting.folder.write(
        "functions/app/greet.sql",
        "create or replace function app.greet() returns trigger language plpgsql\n"
        "set search_path = pg_catalog, pg_temp as $$ begin return new; end $$;\n"
        "revoke all on function app.greet() from public;\n"
        "create or replace trigger trg_users_greet after insert on auth.users\n"
        "for each row execute function app.greet();\n",
    )
    exporting.export()
    push(db, exporting.out)
    triggers = "select count(*) from pg_trigger where tgname = 'trg_users_greet'"
    assert db.value(triggers) == 1
    exporting.folder.delete("functions/app/greet.sql")
    exporting.export()
    push(db, exporting.out)
    assert db.value(triggers) == 0
    exporting.assert_agrees(db)


def test_an_extension_that_a_module_needs_is_made_before_it(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    exporting.folder.write(
        "migrations/vector/20260101000009_chunks.sql",
        "create schema vector;\n"
        "create table vector.chunks (id integer, embedding extensions.vector(3));\n"
        "alter table vector.chunks enable row level security;\n",
    )
    exporting.folder.write("policies/vector/chunks.sql", "revoke all on vector.chunks from public;")
    if not db.value("select count(*) from pg_available_extensions where name = 'vector'"):
        with pytest.raises(UsageError, match="lacks an extension"):
            exporting.export()
        return
    names = ["platform.sql", "vector_chunks.sql", "declared.sql"]
    new = exporting.export()
    assert [name.partition("_")[2] for name in new] == names
    made = "create extension if not exists vector with schema extensions;"
    assert made in exporting.text(new[0])
    # Supabase lets whoever pushes create this one; elsewhere it takes an administrator.
    with psycopg.connect(db.admin_url) as admin:
        admin.execute(made.encode())
    push(db, exporting.out)
    exporting.assert_agrees(db)


def test_changed_policies_and_views_replace_the_old_ones(host: Host, exporting: Exporting) -> None:
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    exporting.folder.write(
        "policies/app/things.sql",
        POLICY.replace("things_select_any", "things_select_few").replace("true", "id < 5"),
    )
    exporting.folder.write("views/app/titles.sql", VIEW.replace("t.id, t.title", "t.title, t.id"))
    exporting.export()
    push(db, exporting.out)
    policies = db.rows("select policyname from pg_policies where schemaname = 'app' order by 1")
    assert policies == [("things_select_few",), ("things_select_staff",)]
    exporting.assert_agrees(db)


def test_a_new_migration_is_dated_after_all_that_was_exported(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    assert exporting.export()[-1] == "20260101000002_declared.sql"
    push(db, exporting.out)
    path = exporting.folder.migration(2, "alter table app.things add column note text;")
    exporting.folder.write("views/app/titles.sql", VIEW.replace("t.title", "t.title, t.note"))
    new = exporting.export()
    assert new == ["20260101000003_app_step.sql", "20260101000004_declared.sql"]
    assert path in exporting.text(new[0])
    assert push(db, exporting.out) == new
    exporting.assert_agrees(db)
    # A version that is late enough stays what it is.
    exporting.folder.migration(30, "alter table app.things add column more text;")
    assert exporting.export() == ["20260101000030_app_step.sql"]


def test_several_exports_pushed_at_once_make_the_same(host: Host, exporting: Exporting) -> None:
    exporting.export()
    exporting.folder.migration(2, "alter table app.things add column note text;")
    exporting.folder.write("seeds/reference/app/things.sql", SEED)
    exporting.export()
    exporting.folder.delete("functions/app/count_things.sql")
    exporting.export()
    db = host.database(old_grants=False)
    assert len(push(db, exporting.out)) == 7
    exporting.assert_agrees(db)


def test_a_migration_that_drops_a_declared_object_is_pushed_with_its_re_declaration(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    exporting.folder.migration(
        2,
        "set local timezone = 'Asia/Tokyo';\ndrop view if exists app.titles;\n"
        "alter table app.things alter column title type varchar(9) -- no semicolon;",
    )
    exporting.folder.migration(
        3, "alter table app.things add column since timestamptz default '2026-01-01 00:00'"
    )
    new = exporting.export()
    assert len(new) == 1
    push(db, exporting.out)
    exporting.assert_agrees(db)


def test_foreign_migrations_are_left_alone_and_come_before_what_is_new(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.out.joinpath(MIGRATIONS).mkdir(parents=True)
    theirs = exporting.out / MIGRATIONS / "20300101235959_theirs.sql"
    theirs.write_text("create table public.theirs (id int);\n")
    assert exporting.export()[0] == "20300102000000_platform.sql"
    assert push(db, exporting.out)[0] == theirs.name
    more = exporting.out / MIGRATIONS / "20310101000000_more.sql"
    more.write_text("drop table public.theirs;\n")
    push(db, exporting.out)
    exporting.folder.write("views/app/titles.sql", VIEW.replace("t.title", "t.title, 1 as one"))
    assert exporting.export() == ["20310101000001_declared.sql"]
    push(db, exporting.out)
    exporting.assert_agrees(db)


def test_reference_rows_are_merged_as_migrate_merges_them(host: Host, exporting: Exporting) -> None:
    db = host.database()
    exporting.folder.write("seeds/reference/app/things.sql", SEED)
    names = ["platform.sql", "ledger.sql", "app_step.sql", "declared.sql"]
    assert [name.partition("_")[2] for name in exporting.export()] == names
    push(db, exporting.out)
    exporting.assert_agrees(db)
    assert db.rows("select * from app.things order by id") == [
        (1, "first"),
        (2, "bäck\\slash; it's"),
    ]
    db.rows("update app.things set title = 'an operator''s' where id = 1")
    changed = SEED.replace("first", "1st").replace("slash", "stroke")
    exporting.folder.write("seeds/reference/app/things.sql", changed)
    exporting.export()
    push(db, exporting.out)
    assert db.rows("select * from app.things order by id") == [
        (1, "an operator's"),
        (2, "bäck\\stroke; it's"),
    ]
    exporting.assert_agrees(db)


INDEX = (
    "-- dbtool: no-transaction\ncreate index concurrently idx_things_title on app.things (title);"
)
IS_VALID = "select indisvalid from pg_index where indexrelid = 'app.idx_things_title'::regclass"


def test_what_runs_outside_transactions_does_so_when_pushed(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.folder.migration(2, INDEX)
    exporting.folder.migration(
        3, "-- dbtool: no-transaction\nreindex index concurrently app.idx_things_title;"
    )
    exporting.folder.migration(4, "-- dbtool: no-transaction\nvacuum analyze app.things")
    exporting.export()
    push(db, exporting.out)
    assert db.value(IS_VALID)
    exporting.assert_agrees(db)
    exporting.folder.migration(
        6, "-- dbtool: no-transaction\ndrop index concurrently app.idx_things_title;"
    )
    new = exporting.export()
    assert new == ["20260101000006_app_step.sql"]
    push(db, exporting.out)
    exporting.assert_agrees(db)


def test_a_push_that_was_interrupted_in_an_index_can_be_repeated(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.export()
    push(db, exporting.out)
    db.rows("insert into app.things values (1, 'same'), (2, 'same')")
    exporting.folder.migration(2, INDEX.replace("create index", "create unique index"))
    (new,) = exporting.export()
    with pytest.raises(psycopg.errors.UniqueViolation):
        push(db, exporting.out)
    assert db.value(IS_VALID) is False
    db.rows("delete from app.things where id = 2")
    assert push(db, exporting.out) == [new]
    assert db.value(IS_VALID)
    exporting.assert_agrees(db)


def test_what_takes_long_is_not_ended_by_the_hosts_timeout(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.folder.migration(
        2,
        "create function app.slow(p integer) returns integer language plpgsql immutable "
        "as $$ begin perform pg_sleep(0.5); return p; end $$;",
    )
    exporting.export()
    push(db, exporting.out)
    db.rows("insert into app.things values (1, 'one')")
    with db.connect() as connection:
        connection.execute(
            sql.SQL("alter database {} set statement_timeout = '250ms'").format(
                sql.Identifier(db.name)
            )
        )
    exporting.folder.migration(3, "create index idx_slow on app.things (app.slow(id));")
    exporting.folder.migration(4, INDEX.replace("(title)", "(app.slow(id))"))
    exporting.export()
    assert len(push(db, exporting.out)) == 2
    assert db.value(IS_VALID)


def test_migrate_finishes_what_an_interrupted_push_began_outside_transactions(
    host: Host, exporting: Exporting
) -> None:
    db = host.database()
    exporting.folder.migration(2, INDEX)
    exporting.export()
    push(db, exporting.out)
    exporting.folder.migration(
        5, "-- dbtool: no-transaction\ndrop index concurrently app.idx_things_title;"
    )
    (new,) = exporting.export()
    started = exporting.text(new).partition("drop index")[0]
    with db.connect() as connection:
        connection.execute(started.encode())
    db.rows("drop index app.idx_things_title")
    assert len(exporting.folder.migrate(db).migrations) == 1
