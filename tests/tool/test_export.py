"""export supabase writes files that supabase db push applies, and migrate then agrees with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dbtool.commands import export, migrate, platform, status, verify
from dbtool.commands.migrate import Migrated, Options
from dbtool.commands.progress import Silent
from dbtool.db import catalog, connect
from dbtool.errors import DbtoolError, FileError, HistoryError, UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.server.cluster import Cluster
from tests import servers
from tests.database import Database
from tests.folder import FUNCTION, POLICY, TABLE, VIEW, Folder
from tests.servers import REPOSITORY, ServerChoice
from tests.supabase import Host, hosting, push

Cli = Callable[..., tuple[int, str, str]]
LIST = "supabase/dbtool-export.json"
MIGRATIONS = "supabase/migrations"

SEED = """\
insert into app.things (id, title)
values
(1, 'first'),
(2, 'bäck\\slash; it''s')
on conflict (id) do nothing;
"""


@pytest.fixture(scope="module")
def supabase_server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """A server whose roles are Supabase's, not the platform's."""
    with servers.running(server_choice) as cluster:
        yield cluster


@pytest.fixture
def host(supabase_server: Cluster) -> Iterator[Host]:
    with hosting(supabase_server) as made:
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder exported to."""
    return tmp_path / "app"


class Exporting:
    """A project, the folder it is exported to, and databases it is pushed to."""

    def __init__(self, folder: Folder, out: Path, scratch: Cluster) -> None:
        self.folder = folder
        self.out = out
        self._scratch = scratch

    def export(self) -> list[str]:
        """Export; what was exported before must be as it was. Returns the new files' names."""
        before = contents(self.out)
        settings = Settings(self.folder.root, scratch_url=self._scratch.url())
        written = export.supabase(settings, self.out, Silent()).written
        now = contents(self.out)
        assert {name: now[name] for name in before if name != LIST} == {
            name: text for name, text in before.items() if name != LIST
        }
        newest = max((Path(n).name for n in before if n.startswith(MIGRATIONS)), default="")
        assert all(name > newest for name in written)
        return list(written)

    def text(self, name: str) -> str:
        """What an exported file holds."""
        return (self.out / MIGRATIONS / name).read_text()

    def settings(self, db: Database) -> Settings:
        return self.folder.settings(db, self._scratch)

    def assert_agrees(self, db: Database) -> None:
        """All commands find what the files say, and nothing to do."""
        assert (
            db.rows(
                "select path from util.declared_files "
                "where encode(sha256(convert_to(applied_text, 'UTF8')), 'hex') <> checksum"
            )
            == []
        )
        assert verify.verify_files(self.settings(db), Silent()).clean
        assert status.status(self.settings(db)).is_current
        assert migrate.migrate(self.settings(db), Options(), Silent()) == Migrated()
        assert verify.verify_record(self.settings(db), accept=False, progress=Silent()).clean


@pytest.fixture
def exporting(folder: Folder, out: Path, scratch_server: Cluster) -> Exporting:
    folder.with_declared()
    return Exporting(folder, out, scratch_server)


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _catalog(db: Database) -> dict[tuple[str, str], str]:
    schemas = files.load(REPOSITORY).schemas
    with connect.connect(db.url) as connection:
        return catalog.definitions(catalog.read(connection, schemas))


@pytest.mark.parametrize("old_grants", [True, False], ids=["old-grants", "new-grants"])
def test_pushed_is_what_migrate_makes(
    host: Host, out: Path, scratch_server: Cluster, old_grants: bool
) -> None:
    settings = Settings(REPOSITORY, scratch_url=scratch_server.url())
    written = export.supabase(settings, out, Silent()).written
    assert written[0] == "20260831235958_platform.sql"
    assert {m.version for m in files.load(REPOSITORY).migrations} < {n[:14] for n in written}
    pushed, migrated = host.database(old_grants), host.database(old_grants)
    assert not pushed.value("select exists (select from pg_roles where rolname = 'staff')")
    assert tuple(push(pushed, out)) == written

    platform.prepare(REPOSITORY, migrated.url, migrated.owner, Silent())
    migrate.migrate(Settings(REPOSITORY, migrated.url), Options(), Silent())
    wanted = {k: v for k, v in _catalog(migrated).items() if k[1] != "supabase_migrations"}
    assert {k: v for k, v in _catalog(pushed).items() if k[1] != "supabase_migrations"} == wanted

    there = Settings(REPOSITORY, pushed.url, scratch_url=scratch_server.url())
    compared = verify.verify_files(there, Silent())
    assert (compared.history, compared.pending) == ((), ())
    # Default grants are the host's own, and of no effect on what was made.
    assert {d.kind for d in compared.differences} <= {"default_privileges"}
    assert bool(compared.differences) == old_grants

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
    exporting: Exporting, cli: Cli
) -> None:
    scratch = ("--scratch-url", exporting.settings(Database).scratch_url)  # type: ignore[arg-type]
    arguments = ("--project", str(exporting.folder.root), "export", "supabase")
    code, said, _ = cli(*arguments, str(exporting.out), *scratch)
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


def test_a_trigger_on_logins_goes_with_its_function(host: Host, exporting: Exporting) -> None:
    """The table is Supabase's: whoever pushes may make a trigger there, and not drop it."""
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


@pytest.mark.parametrize("version", ["99999999999999", "9", "202601010000000", "99991231235959"])
def test_a_foreign_version_after_which_nothing_can_be_dated_is_named(
    exporting: Exporting, version: str
) -> None:
    exporting.out.joinpath(MIGRATIONS).mkdir(parents=True)
    (exporting.out / MIGRATIONS / f"{version}_theirs.sql").write_text("select 1;")
    if version == "202601010000000":
        exporting.folder.migration(0, "select 1;")
    with pytest.raises(UsageError, match=version):
        exporting.export()


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


def _wrong(exporting: Exporting, kind: type[DbtoolError], *named: str) -> None:
    """The export is refused with the name of what is wrong, and nothing is written."""
    before = contents(exporting.out)
    with pytest.raises(kind) as caught:
        exporting.export()
    said = f"{caught.value.message} {caught.value.detail} {caught.value.path}"
    for name in named:
        assert name in said
    assert caught.value.hint
    assert contents(exporting.out) == before


def test_an_exported_file_that_was_edited_or_deleted_is_named(exporting: Exporting) -> None:
    names = exporting.export()
    exporting.folder.migration(2, "alter table app.things add column note text;")
    paths = [exporting.out / MIGRATIONS / name for name in names]
    paths[-1].write_text(paths[-1].read_text() + "\n")
    paths[1].unlink()
    _wrong(exporting, HistoryError, f"{names[-1]}: edited", f"{names[1]}: deleted")


def test_line_ends_of_a_checkout_are_no_edit(exporting: Exporting) -> None:
    name = exporting.export()[-1]
    path = exporting.out / MIGRATIONS / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert exporting.export() == []


def test_exported_files_without_their_list_are_named(exporting: Exporting) -> None:
    names = exporting.export()
    (exporting.out / LIST).unlink()
    _wrong(exporting, HistoryError, LIST, *names)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 1}', '{"format": 2, "files": {}, "sources": {}}', "{"]
)
def test_a_list_that_is_none_is_named(exporting: Exporting, text: str) -> None:
    exporting.export()
    (exporting.out / LIST).write_text(text)
    _wrong(exporting, FileError, LIST)


def test_a_migration_that_changed_or_went_after_its_export_is_named(exporting: Exporting) -> None:
    path = exporting.folder.migration(2, "alter table app.things add column note text;")
    exporting.export()
    exporting.folder.migration(1, TABLE + "-- more\n")
    exporting.folder.delete(path)
    exporting.folder.delete(path.replace(".sql", ".down.sql"))
    first = path.replace("02_step", "01_step")
    _wrong(exporting, HistoryError, f"{first}: changed", f"{path}: deleted")


def test_a_migration_older_than_an_exported_one_of_its_module_is_named(
    exporting: Exporting,
) -> None:
    exporting.folder.migration(9, "alter table app.things add column note text;")
    exporting.export()
    path = exporting.folder.migration(5, "alter table app.things add column late text;")
    _wrong(exporting, HistoryError, path, "older than exported ones")


def test_a_file_that_postgres_refuses_is_named_and_nothing_is_written(
    exporting: Exporting,
) -> None:
    exporting.export()
    path = exporting.folder.migration(2, "alter table app.nowhere add column note text;")
    _wrong(exporting, DbtoolError, "app.nowhere", path)


def test_a_project_without_migrations_has_nothing_to_export(
    folder: Folder, out: Path, scratch_server: Cluster
) -> None:
    with pytest.raises(UsageError, match="no migrations"):
        Exporting(folder, out, scratch_server).export()


def test_a_folder_that_cannot_be_used_is_named_before_any_work(
    folder: Folder, tmp_path: Path, cli: Cli
) -> None:
    folder.with_declared()
    taken = tmp_path / "taken"
    taken.write_text("a file")
    arguments = ("--project", str(folder.root), "--scratch-url", "postgresql://nowhere")
    for place in (taken, taken / "below"):
        code, _, error = cli(*arguments, "export", "supabase", str(place))
        assert code == 2
        assert f"cannot use {taken}: it is not a folder" in error


def test_a_folder_that_becomes_unusable_keeps_nothing(
    exporting: Exporting,
) -> None:
    exporting.export()
    exporting.folder.migration(2, "alter table app.things add column note text;")
    # A folder stands where the list is to be written, so that the last write fails.
    (exporting.out / LIST).with_suffix(".tmp").mkdir()
    before = contents(exporting.out)
    with pytest.raises(UsageError, match="cannot use"):
        exporting.export()
    assert contents(exporting.out) == before


def test_the_config_exposes_api_alone_and_one_that_was_there_is_left_alone(
    exporting: Exporting, cli: Cli, tmp_path: Path, scratch_server: Cluster
) -> None:
    import tomllib

    exporting.export()
    config = tomllib.loads((exporting.out / "supabase/config.toml").read_text())
    assert config == {"project_id": "foundations", "api": {"schemas": ["api"]}}
    other = tmp_path / "other"
    (other / "supabase").mkdir(parents=True)
    own = '[api]\nschemas = ["public"]\n'
    (other / "supabase/config.toml").write_text(own)
    arguments = ("--project", str(REPOSITORY), "--scratch-url", scratch_server.url())
    code, said, _ = cli(*arguments, "--json", "export", "supabase", str(other))
    assert code == 0
    result = json.loads(said)
    assert result["config"] is False
    assert result["unset"] == [
        'api.schemas = ["api"]',
        "auth.hook.custom_access_token.enabled = true",
        "auth.hook.custom_access_token.uri = "
        '"pg-functions://postgres/rbac/custom_access_token_hook"',
    ]
    assert (other / "supabase/config.toml").read_text() == own
    (other / "supabase/config.toml").write_text("schemas =")
    code, _, error = cli(*arguments, "export", "supabase", str(other))
    assert code == 2
    assert "not TOML" in error
