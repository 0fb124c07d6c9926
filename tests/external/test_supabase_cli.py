"""The real Supabase CLI pushes what was exported.

SUPABASE names it, or it is on PATH, or it is npm's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dbtool.commands import export, migrate, status, verify
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server.cluster import Cluster
from tests.support.database import Database
from tests.support.project_folder import TABLE, VIEW, Folder
from tests.support.servers import REPOSITORY
from tests.support.supabase import Host

INDEX = "-- dbtool: no-transaction\ncreate {}index concurrently idx_things on app.things (title);"
PARTITIONED = """
create table app.months (id int not null, day date not null) partition by range (day);
alter table app.months enable row level security;
create table app.months_1 partition of app.months for values from ('2026-01-01') to ('2026-02-01');
alter table app.months_1 enable row level security;
"""


class Cli:
    """The Supabase CLI in an exported folder, aimed at a database."""

    def __init__(self, program: str, folder: Path, db: Database) -> None:
        self._program = program
        self._folder = folder
        self._db = db

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it; its answer, whatever it is."""
        return subprocess.run(
            [self._program, *arguments, f"--remote={self._db.url}", "--workdir", self._folder],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "HOME": str(self._folder)},
        )

    def push(self) -> list[str]:
        """Push; the names of the files it applied."""
        done = self.run("db", "push", "--yes")
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        lines = (line for line in said.splitlines() if line.startswith("Applying migration "))
        return [line.removeprefix("Applying migration ").removesuffix("...") for line in lines]

    def listed(self) -> list[tuple[str, str]]:
        """Local and remote version of each migration, as `migration list` has them."""
        done = self.run("migration", "list", "--output-format", "json")
        assert done.returncode == 0, done.stderr
        return [(m["local"], m["remote"]) for m in json.loads(done.stdout)["migrations"]]


@pytest.fixture(scope="session")
def program(node_modules: Path) -> str:
    """The Supabase CLI; a missing one fails when it is run."""
    found = os.environ.get("SUPABASE") or shutil.which("supabase")
    return found or str(node_modules / ".bin/supabase")


@pytest.mark.parametrize("old_grants", [True, False], ids=["old-grants", "new-grants"])
def test_the_package_is_pushed_and_migrate_has_nothing_to_do(
    host: Host, program: str, tmp_path: Path, scratch_server: Cluster, old_grants: bool
) -> None:
    db = host.database(old_grants)
    settings = Settings(REPOSITORY, db.url, scratch_url=scratch_server.url())
    written = export.supabase(settings, tmp_path, Silent()).written
    cli = Cli(program, tmp_path, db)
    assert tuple(cli.push()) == written
    versions = [name[:14] for name in written]
    assert cli.listed() == [(version, version) for version in versions]
    compared = verify.verify_files(settings, Silent())
    assert compared.differences == ()
    assert status.status(settings).is_current
    assert migrate.migrate(settings, Options(), Silent()) == Migrated()
    assert verify.verify_record(settings, accept=False, progress=Silent()).clean
    assert cli.push() == []


def test_what_is_exported_later_is_pushed_later(
    host: Host, program: str, folder: Folder, tmp_path: Path, scratch_server: Cluster
) -> None:
    db = host.database()
    out = tmp_path / "app"
    settings = folder.settings(db, scratch_server)
    cli = Cli(program, out, db)

    def push_new() -> list[str]:
        written = export.supabase(settings, out, Silent()).written
        assert tuple(cli.push()) == written
        assert verify.verify_files(settings, Silent()).clean
        assert migrate.migrate(settings, Options(), Silent()) == Migrated()
        return [name.partition("_")[2] for name in written]

    folder.with_declared()
    folder.migration(1, TABLE + PARTITIONED)
    folder.write("policies/app/months.sql", "revoke all on app.months from public, anon;\n")
    folder.write("policies/app/months_1.sql", "revoke all on app.months_1 from public, anon;\n")
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (1, 'a;b'), (2, e'it\\'s') "
        "on conflict (id) do nothing;",
    )
    push_new()
    theirs = out / "supabase/migrations/20260601000000_theirs.sql"
    theirs.write_text("create table public.theirs (id int);")
    assert cli.push() == [theirs.name]
    folder.migration(2, INDEX.format(""))
    folder.write("views/app/titles.sql", VIEW.replace("t.id, t.title", "t.title"))
    folder.delete("functions/app/count_things.sql")
    assert push_new() == ["app_step.sql", "declared.sql"]
    for version, statement in enumerate(
        (
            "reindex index concurrently app.idx_things",
            "drop index concurrently app.idx_things",
            "alter table app.months detach partition app.months_1 concurrently",
            "vacuum (analyze) app.things",
        ),
        3,
    ):
        folder.migration(version, f"-- dbtool: no-transaction\n{statement};")
    assert push_new() == ["app_step.sql"] * 4
    folder.migration(
        7,
        "set local search_path = 'nowhere';\ndrop view if exists app.titles;\n"
        "alter table app.things alter column title type varchar(20)",
    )
    folder.migration(8, "alter table app.things add column note text -- no semicolon;")
    assert push_new() == ["app_step.sql"]
    assert db.value("select to_regclass('app.titles')") is not None


def test_a_push_that_fails_leaves_nothing_and_can_be_repeated(
    host: Host, program: str, folder: Folder, tmp_path: Path, scratch_server: Cluster
) -> None:
    db = host.database()
    settings = folder.settings(db, scratch_server)
    cli = Cli(program, tmp_path, db)
    folder.with_declared()
    export.supabase(settings, tmp_path, Silent())
    cli.push()
    db.rows("insert into app.things values (1, 'same'), (2, 'same')")
    folder.migration(
        2, "alter table app.things add column n int;\nalter table app.things add unique (title);"
    )
    export.supabase(settings, tmp_path, Silent())
    assert cli.run("db", "push", "--yes").returncode != 0
    columns = db.rows(
        "select 1 from pg_attribute where attrelid = 'app.things'::regclass and attname = 'n'"
    )
    assert columns == []
    db.rows("update app.things set title = 'other' where id = 2")
    assert len(cli.push()) == 1
    assert verify.verify_files(settings, Silent()).clean


def test_an_index_that_broke_off_is_built_by_the_next_push(
    host: Host, program: str, folder: Folder, tmp_path: Path, scratch_server: Cluster
) -> None:
    db = host.database()
    settings = folder.settings(db, scratch_server)
    cli = Cli(program, tmp_path, db)
    folder.with_declared()
    export.supabase(settings, tmp_path, Silent())
    cli.push()
    db.rows("insert into app.things values (1, 'same'), (2, 'same')")
    folder.migration(2, INDEX.format("unique "))
    export.supabase(settings, tmp_path, Silent())
    assert cli.run("db", "push", "--yes").returncode != 0
    valid = "select indisvalid from pg_index where indexrelid = 'app.idx_things'::regclass"
    assert db.value(valid) is False
    db.rows("delete from app.things where id = 2")
    assert len(cli.push()) == 1
    assert db.value(valid)
    assert migrate.migrate(settings, Options(), Silent()) == Migrated()
