"""schemas/ and the one script, judged by pg_dump and not by our own renderer."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from dbtool.commands import snapshot
from dbtool.errors import HistoryError
from dbtool.project.settings import Settings
from dbtool.server import binaries
from dbtool.server.cluster import Cluster
from tests.conftest import clone
from tests.support import templates
from tests.support.database import Database
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY

# Statements of one object whose order differs between runs.
_ACL = re.compile(r"^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) ")
# Minor releases since November 2026 number each column anew when it is made; pg_dump of an older
# one takes that for an option.
_NUMBERED = re.compile(r"^ALTER .* ALTER COLUMN \S+ SET \(pg_attver=\d+\);$")


def _dump(db: Database) -> list[str]:
    """Schema-only dump with one server version's pg_dump, its ACL lines sorted.

    Journals are without their months, which util.ensure_partitions() makes and no file.
    """
    program = Path(binaries.embedded(18)) / "pg_dump"
    months = db.rows("select oid::regclass::text from pg_class where relispartition")
    result = binaries.account().run(
        [str(program), "--schema-only", "--no-owner", f"--dbname={db.admin_url}"]
        + [f"--exclude-table={name}" for (name,) in months],
    )
    assert result.returncode == 0, result.stdout
    lines = [
        line
        for line in result.stdout.splitlines()
        if line
        and not line.startswith(("--", "\\restrict", "\\unrestrict"))
        and not _NUMBERED.match(line)
    ]
    statements = [line for line in lines if not _ACL.match(line)]
    return statements + sorted(line for line in lines if _ACL.match(line))


def _load(db: Database, script: str) -> None:
    with db.connect() as connection:
        connection.execute(script.encode())


@dataclass(frozen=True)
class Whole:
    """The package's script, and the dump of what the migrations made."""

    script: str
    dump: list[str]


@pytest.fixture(scope="module")
def whole(server: Cluster) -> Whole:
    for db in clone(server, templates.DEMO):
        return Whole(snapshot.script(Settings(REPOSITORY, db.url)), _dump(db))
    raise AssertionError


@pytest.mark.every_server("the script is read from the server's catalog")
def test_the_script_on_an_empty_database_gives_the_dump_of_the_migrations(
    empty_db: Database, whole: Whole
) -> None:
    _load(empty_db, whole.script)
    assert _dump(empty_db) == whole.dump


# For each kind of object one edit of the script that a renderer could get wrong.
PLANTED = {
    "a column": ("bio text,", "bio varchar,"),
    "a default": ("is_public boolean default false", "is_public boolean default true"),
    "a check": ("interval '1 month'", "interval '2 months'"),
    "a grant": (
        "grant select on table rbac.user_roles to authenticated",
        "grant select, delete on table rbac.user_roles to authenticated",
    ),
    "a policy": ("using (is_listed)", "using (true)"),
    "a policy's role": ("for select to anon", "for select to public"),
    "row level security": (
        "alter table rbac.api_keys enable row level security;",
        "",
    ),
    "a comment": ("'Bundles of permissions that people hold.'", "'Bundles.'"),
    "a trigger": ("BEFORE INSERT ON public.profile_links", "AFTER INSERT ON public.profile_links"),
    "an index": ("USING btree (role_id);", "USING btree (role_id, id);"),
    "a view": ("security_invoker=true", "security_invoker=false"),
    "security definer": (" STABLE SECURITY DEFINER", " STABLE"),
    "a foreign key": ("ON UPDATE CASCADE", "ON UPDATE RESTRICT"),
    "execute for everyone": (
        "revoke all on function util.is_service() from public",
        "revoke all on function util.is_service() from anon",
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_difference_shows_in_the_dump(
    empty_db: Database, whole: Whole, kind: str
) -> None:
    before, after = PLANTED[kind]
    assert before in whole.script
    _load(empty_db, whole.script.replace(before, after))
    assert _dump(empty_db) != whole.dump


def test_the_script_closes_what_default_privileges_open(empty_db: Database, whole: Whole) -> None:
    with empty_db.connect() as connection:
        for what in ("tables", "functions", "sequences"):
            connection.execute(
                f"alter default privileges grant all on {what} "
                "to anon, authenticated, service_role".encode()
            )
        connection.execute(whole.script.encode())
        for what in ("tables", "functions", "sequences"):
            connection.execute(
                f"alter default privileges revoke all on {what} "
                "from anon, authenticated, service_role".encode()
            )
    assert _dump(empty_db) == whole.dump


def test_the_pages_are_what_the_catalog_says(
    db: Database, cli: Callable[..., tuple[int, str, str]]
) -> None:
    # Versions word the same object differently: the pages are those of the newest.
    if db.server.major != 18:
        return
    code, out, _ = cli(
        "--project", str(REPOSITORY), "--database-url", db.url, "snapshot", "--check"
    )
    assert code == 0, out


def test_pages_are_written_for_new_tables_and_removed_with_them(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    settings = folder.settings(empty_db)
    assert "schemas/app/things.sql" in snapshot.snapshot(settings, check=False).written
    text = (folder.root / "schemas/app/things.sql").read_text()
    for part in ("create table app.things (", "enable row level security", "create policy"):
        assert part in text
    assert snapshot.snapshot(settings, check=True) == snapshot.Snapshot()
    empty_db.rows("alter table app.things add column by_hand text")
    differing = snapshot.snapshot(settings, check=True).differing
    assert differing == ("schemas/app/things.sql",)
    folder.migration(
        2, "drop view app.titles; drop function app.count_things(); drop table app.things;"
    )
    for path in ("policies/app/things.sql", "views/app/titles.sql"):
        folder.delete(path)
    folder.delete("functions/app/count_things.sql")
    folder.migrate(empty_db)
    assert "schemas/app/things.sql" in snapshot.snapshot(settings, check=False).removed


def test_a_page_loads_as_sql(empty_db: Database) -> None:
    page = (REPOSITORY / "schemas/rbac/permissions.sql").read_text()
    _load(empty_db, "create schema util; create schema rbac;")
    with empty_db.connect() as connection:
        connection.execute(
            b"create function util.set_updated_at() returns trigger language plpgsql "
            b"as $$ begin return new; end $$;"
        )
        connection.execute(page.encode())
    assert empty_db.value("select count(*) from rbac.permissions") == 0


def test_a_database_behind_the_files_is_not_taken_for_them(
    empty_db: Database, folder: Folder
) -> None:
    folder.with_declared().migrate(empty_db)
    folder.migration(2, "alter table app.things add column later text;")
    with pytest.raises(HistoryError, match="lacks 1 of the project's migrations"):
        snapshot.snapshot(folder.settings(empty_db), check=False)
    with pytest.raises(HistoryError):
        snapshot.script(folder.settings(empty_db))


def test_the_script_is_printed(db: Database) -> None:
    result = subprocess.run(
        ["dbtool", "--project", str(REPOSITORY), "--database-url", db.url, "snapshot", "--sql"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": f"{Path(__import__('sys').executable).parent}:/usr/bin:/bin"},
    )
    assert result.stdout.startswith("-- The whole package")
    with pytest.raises(psycopg.errors.DuplicateSchema):
        _load(db, result.stdout)
