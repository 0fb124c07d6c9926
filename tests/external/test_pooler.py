"""Behind a real pgbouncer: refused in transaction mode, at home in session mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.database import Database
from tests.support.pooler import pooled
from tests.support.project_folder import Folder

Cli = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("pool_size", [1, 2, 5])
def test_transaction_mode_is_refused_with_the_reason_and_nothing_is_done(
    empty_db: Database, folder: Folder, cli: Cli, pool_size: int
) -> None:
    folder.with_declared()
    with pooled(empty_db, "transaction", pool_size) as url:
        for command in (["migrate"], ["rollback", "--to", "0", "--yes"]):
            code, _, error = cli("--project", str(folder.root), "--database-url", url, *command)
            assert code == 3
            assert "pooler in transaction mode" in error
            assert "--direct-url" in error
    assert empty_db.value("select to_regnamespace('util')") is None
    locks = empty_db.value("select count(*) from pg_locks where locktype = 'advisory'")
    assert locks == 0


def test_a_direct_url_goes_past_it(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.with_declared()
    with pooled(empty_db, "transaction") as url:
        arguments = ("--database-url", url, "--direct-url", empty_db.url)
        code, out, _ = cli("--project", str(folder.root), "migrate", *arguments)
        assert code == 0
        assert "applied 1 migrations" in out


def test_session_mode_is_as_good_as_none(empty_db: Database, folder: Folder, cli: Cli) -> None:
    folder.with_declared()
    folder.migration(
        2, "-- dbtool: no-transaction\ncreate index concurrently idx_t on app.things (title);"
    )
    with pooled(empty_db, "session") as url:
        arguments = ("--project", str(folder.root), "--database-url", url)
        code, out, _ = cli(*arguments, "migrate")
        assert code == 0
        assert "applied 2 migrations" in out
        assert cli(*arguments, "status")[0] == 0
        assert cli(*arguments, "verify")[0] == 0
