"""What a person can get wrong, and what dbtool says then: what, where, why, what to do."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dbtool.db import connect
from dbtool.errors import DatabaseError, PlatformError
from tests.support.database import Database
from tests.support.project_folder import TABLE, Folder

Cli = Callable[..., tuple[int, str, str]]


def _run(cli: Cli, folder: Folder, url: str, *command: str) -> tuple[int, str]:
    code, _, error = cli("--project", str(folder.root), "--database-url", url, *command)
    return code, error


def test_no_such_database(empty_db: Database, folder: Folder, cli: Cli) -> None:
    url = connect.with_database(empty_db.url, "nowhere")
    code, error = _run(cli, folder, url, "migrate")
    assert code == 3
    assert 'database "nowhere" does not exist' in error
    assert "Create the database first" in error


def test_wrong_password_is_not_repeated(empty_db: Database, folder: Folder, cli: Cli) -> None:
    password = empty_db.server.passwords[empty_db.owner]
    url = empty_db.url.replace(password, "mistaken")
    code, error = _run(cli, folder, url, "migrate")
    assert code == 3
    assert "password authentication failed" in error
    assert "mistaken" not in error


def test_no_server(folder: Folder, cli: Cli) -> None:
    code, error = _run(cli, folder, "postgresql://someone@127.0.0.1:1/db", "migrate")
    assert code == 3
    assert "Connection refused" in error


def test_no_database_named(folder: Folder, cli: Cli) -> None:
    code, _, error = cli("--project", str(folder.root), "migrate")
    assert code == 2
    assert "no database is named" in error
    assert "dbtool up" in error


def test_not_a_project(tmp_path: Path, cli: Cli) -> None:
    code, _, error = cli("--project", str(tmp_path), "status")
    assert code == 2
    assert "no dbtool.toml" in error


def test_a_server_that_is_too_old(monkeypatch: pytest.MonkeyPatch, empty_db: Database) -> None:
    monkeypatch.setattr(connect, "OLDEST_SERVER", 990000)
    with (
        connect.connect(empty_db.url) as connection,
        pytest.raises(PlatformError, match=f"Postgres {empty_db.server.major} is too old"),
    ):
        connect.check_platform(connection)


def test_a_platform_that_is_not_prepared(bare_db: Database, folder: Folder, cli: Cli) -> None:
    code, error = _run(cli, folder, bare_db.url, "migrate")
    assert code == 3
    assert "the platform is not prepared" in error
    assert "table auth.users" in error
    assert "dbtool platform --admin-url" in error


def test_a_syntax_error_names_file_line_and_text(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.migration(1, TABLE)
    path = folder.migration(2, "-- fine\nselect 1;\n\ncreate tabel app.x (id int);\n")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert f"{path}:4" in error
    assert "create tabel app.x (id int);" in error
    # Found before anything ran.
    assert empty_db.value("select to_regnamespace('app')") is None


def test_a_duplicate_version(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.migration(1, TABLE)
    folder.write("migrations/zoo/20260101000001_other.sql", "select 1;")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert "20260101000001_other.sql" in error
    assert "20260101000001_step.sql" in error


@pytest.mark.parametrize(
    "name",
    [
        "migrations/app/2026_short.sql",
        "migrations/app/20261301000000_no_such_month.sql",
        "migrations/app/20260101000000_Upper.sql",
        "migrations/20260101000000_no_schema.sql",
        "functions/app/Upper.sql",
        "functions/no_schema.sql",
        "views/app/deeper/down.sql",
        "migrations/app/20260101000000_alone.down.sql",
    ],
)
def test_a_bad_file_name(empty_db: Database, folder: Folder, cli: Cli, name: str) -> None:
    folder.write(name, "select 1;")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert name in error


def test_a_file_that_is_not_utf8(empty_db: Database, folder: Folder, cli: Cli) -> None:
    path = folder.migration(1, b"select 1;\nselect '\xe9t\xe9';\n")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert f"{path}:2" in error
    assert "not UTF-8" in error


def test_a_file_that_cannot_be_read(empty_db: Database, folder: Folder, cli: Cli) -> None:
    path = folder.migration(1, TABLE)
    (folder.root / path).unlink()
    # A link to nowhere cannot be read by anyone, root included.
    (folder.root / path).symlink_to(folder.root / "nowhere")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert path in error
    assert "cannot read the file" in error


@pytest.mark.parametrize("word", ["begin", "commit", "rollback", "start transaction"])
def test_transaction_statements_in_a_migration(
    empty_db: Database, folder: Folder, cli: Cli, word: str
) -> None:
    path = folder.migration(1, f"create schema app;\n{word};\n")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert f"{path}:2" in error
    assert empty_db.value("select to_regnamespace('app')") is None


@pytest.mark.parametrize("text", ["", "-- nothing yet\n"])
def test_an_empty_migration(empty_db: Database, folder: Folder, cli: Cli, text: str) -> None:
    path = folder.migration(1, text)
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert path in error
    assert "an empty migration" in error


def test_copy_without_data(empty_db: Database, folder: Folder, cli: Cli) -> None:
    path = folder.migration(1, TABLE + "copy app.things from stdin;\n")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert f"{path}:8" in error


def test_an_index_built_concurrently_in_a_transaction_gets_the_hint(
    empty_db: Database, folder: Folder, cli: Cli
) -> None:
    folder.migration(1, TABLE)
    folder.migration(2, "create index concurrently idx_things_title on app.things (title);")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 3
    assert "dbtool: no-transaction" in error


def test_a_lock_that_no_statement_names(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.migration(1, TABLE)
    folder.migrate(empty_db)
    path = folder.migration(2, "do $$ begin alter table app.things add column n int; end $$;")
    folder.write("dbtool.toml", "lock_timeout = 0.2\nlock_attempts = 2\n")
    with empty_db.connect() as reader:
        reader.execute("begin")
        reader.execute("select * from app.things")
        code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 4
    assert path in error


def test_a_policy_file_without_its_table(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.write("policies/app/ghosts.sql", "revoke all on app.ghosts from public;")
    code, error = _run(cli, folder, empty_db.url, "migrate")
    assert code == 2
    assert "there is no table app.ghosts" in error


@pytest.mark.parametrize(
    ("text", "said"),
    [("lock_timeout = 'long'", "wrong type"), ("speed = 1", "unknown setting"), ("=", "not TOML")],
)
def test_bad_settings(empty_db: Database, folder: Folder, cli: Cli, text: str, said: str) -> None:
    folder.write("dbtool.toml", text)
    code, error = _run(cli, folder, empty_db.url, "status")
    assert code == 2
    assert said in error
    assert "dbtool.toml" in error


def test_an_owner_without_rights_is_told_so(empty_db: Database, folder: Folder, cli: Cli) -> None:
    with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
        connection.execute("create role nobody_special login password 'secret'")
    try:
        url = empty_db.url.replace(empty_db.owner, "nobody_special").replace(
            empty_db.server.passwords[empty_db.owner], "secret"
        )
        code, error = _run(cli, folder, url, "migrate")
        assert code == 3
        assert "nobody_special's right to use schema auth missing" in error
    finally:
        with psycopg.connect(empty_db.admin_url, autocommit=True) as connection:
            connection.execute("drop role nobody_special")


def test_errors_as_json(empty_db: Database, folder: Folder, cli: Cli) -> None:
    path = folder.migration(1, "select 1 / 0;")
    code, out, _ = cli(
        "--project", str(folder.root), "--database-url", empty_db.url, "migrate", "--json"
    )
    import json

    told = json.loads(out)
    assert code == told["exit_code"] == 3
    assert (told["file"], told["line"], told["sqlstate"]) == (path, 1, "22012")


def test_a_pooler_that_gives_both_connections_one_backend_is_refused(empty_db: Database) -> None:
    with (
        connect.connect(empty_db.url) as connection,
        pytest.raises(DatabaseError, match="pooler in transaction mode"),
    ):
        connect.check_pooler(connection, connection)


def test_written_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    from dbtool.server import cluster

    path = tmp_path / "server.json"
    cluster.save(cluster.Cluster(18, "/b", "/d", 1, {"postgres": "secret"}), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
