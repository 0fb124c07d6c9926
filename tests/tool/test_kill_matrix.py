"""Killed anywhere, runner or server, a second run finishes the work with no manual repair.

A proxy counts the statements that the runner sends and kills one side before the nth. The state
afterwards is compared with that of a run nobody disturbed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dbtool.commands import migrate
from dbtool.db import catalog, connect
from dbtool.errors import DbtoolError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from dbtool.runner.result import Migrated, Options
from dbtool.server import cluster
from tests.support import proxy, servers
from tests.support.database import Database
from tests.support.project_folder import FUNCTION, POLICY, VIEW, Folder
from tests.support.servers import REPOSITORY, SETTINGS
from tests.support.soak import Soak

pytestmark = [pytest.mark.processes, pytest.mark.soak("kills")]
VICTIMS = ["runner", "runner, its statement under way", "server"]
_FORK = multiprocessing.get_context("fork")


def _first_deploy(folder: Folder) -> None:
    """Tables, rows, an index outside transactions, declared files, reference rows."""
    folder.with_declared()
    folder.migration(
        2,
        """
        create table app.others (
            id integer not null,
            thing_id integer,
            constraint pk_others primary key (id),
            constraint fk_others_thing foreign key (thing_id) references app.things (id)
        );
        alter table app.others enable row level security;
        insert into app.things values (1, 'one'), (2, 'two'), (3, 'three');
        insert into app.others select id, id from app.things;
        """,
        "drop table app.others;",
    )
    folder.migration(
        3,
        "-- dbtool: no-transaction\n"
        "create index concurrently idx_others_thing_id on app.others (thing_id);",
        "drop index app.idx_others_thing_id;",
    )
    folder.migration(
        4,
        "insert into app.things values (4, 'four'); update app.others set id = id + 10;",
        "delete from app.things where id = 4;",
    )
    folder.write("policies/app/others.sql", "revoke all on app.others from public, anon;")
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (100, 'hundred') on conflict (id) do nothing;",
    )


def _second_deploy(folder: Folder) -> None:
    """A migration that drops declared objects, indexes made and dropped, changed files."""
    folder.migration(
        5,
        "-- dbtool: no-transaction\n"
        "create index concurrently idx_things_title on app.things (title) where title is not null;",
    )
    folder.migration(
        6, "-- dbtool: no-transaction\ndrop index concurrently app.idx_others_thing_id;"
    )
    folder.migration(
        7,
        "drop view app.titles; alter table app.things alter column title type varchar(50); "
        "insert into app.things values (5, 'five');",
    )
    folder.migration(8, "alter table app.things add column note text default 'none';")
    folder.write("functions/app/count_things.sql", FUNCTION.replace("bigint", "integer"))
    folder.write("views/app/titles.sql", VIEW.replace("t.title", "t.title, t.note"))
    folder.write("policies/app/things.sql", POLICY.replace("using (true)", "using (id > 0)"))
    folder.delete("policies/app/others.sql")
    folder.write(
        "seeds/reference/app/things.sql",
        "insert into app.things (id, title) values (100, 'HUNDRED'), (101, 'more') "
        "on conflict (id) do nothing;",
    )


def _state(db: Database, root: Path) -> dict[Any, Any]:
    """Everything that must be the same after a disturbed run."""
    with connect.connect(db.url) as connection:
        state: dict[Any, Any] = dict(
            catalog.definitions(catalog.read(connection, files.load(root).schemas))
        )
        state["versions"] = connection.execute(
            "select version, count(*) from util.migrations_meta where status = 'applied' "
            "group by version order by version"
        ).fetchall()
        tables = connection.execute(
            """
            select format('%I.%I', n.nspname, c.relname) from pg_class as c
            inner join pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = 'app' and c.relkind = 'r' order by 1
            """
        ).fetchall()
        for (table,) in tables:
            name = connect.identifier(table)
            state[table] = connection.execute(
                sql.SQL("select t::text from {} as t order by 1").format(name)
            ).fetchall()
        state["seeded"] = connection.execute(
            "select table_id::text, row_key, row_data from util.seeded_rows order by 1, 2"
        ).fetchall()
    return state


def _migrate(root: Path, url: str) -> None:
    with contextlib.suppress(DbtoolError, psycopg.Error):
        migrate.migrate(Settings(root, url), Options(lock_wait=30), Silent())


def _disturbed_run(db: Database, root: Path, victim: str, number: int) -> bool:
    """Run migrate and kill the runner or the server before statement ``number``.

    Returns:
        Whether the run got that far.
    """
    struck = False
    runner: Any = None

    def strike(count: int) -> None:
        nonlocal struck
        if count == number:
            struck = True
            if victim == "server":
                servers.kill(Path(db.server.data))
            else:
                os.kill(runner.pid, signal.SIGKILL)

    moment = "after" if victim == "runner, its statement under way" else "before"
    with proxy.between(db.server.port, **{moment: strike}) as wire:
        url = db.url.replace(f":{db.server.port}/", f":{wire.port}/")
        runner = _FORK.Process(target=_migrate, args=(root, url))
        runner.start()
        runner.join(60)
        assert not runner.is_alive()
    if victim == "server" and struck:
        assert cluster.start(db.server, *SETTINGS) == db.server
    return struck


def _count_statements(db: Database, root: Path) -> int:
    with proxy.between(db.server.port) as wire:
        url = db.url.replace(f":{db.server.port}/", f":{wire.port}/")
        runner = _FORK.Process(target=_migrate, args=(root, url))
        runner.start()
        runner.join(60)
        return wire.count


Clone = Callable[[str], contextlib.AbstractContextManager[Database]]


@pytest.fixture
def fresh(empty_db: Database) -> Clone:
    """Make further databases like a given one, on its server."""

    @contextlib.contextmanager
    def make(template: str) -> Iterator[Database]:
        name = f"{empty_db.name}_kill"
        with psycopg.connect(empty_db.server.url(), autocommit=True) as connection:
            for statement in (
                "drop database if exists {name} with (force)",
                "create database {name} template {template}",
                "grant create, temporary on database {name} to {owner}",
                # A copied sequence has values that only its original's WAL vouches for; after a
                # crash it would go back. From a checkpoint on it writes its own.
                "checkpoint",
            ):
                connection.execute(
                    sql.SQL(statement).format(
                        name=sql.Identifier(name),
                        template=sql.Identifier(template),
                        owner=sql.Identifier(empty_db.owner),
                    )
                )
        yield Database(empty_db.server, name, empty_db.owner)

    return make


def _matrix(template: Database, root: Path, fresh: Clone, victim: str, soak: Soak) -> None:
    with fresh(template.name) as undisturbed:
        total = _count_statements(undisturbed, root)
        expected = _state(undisturbed, root)
    assert total > 25
    for number in soak.of(range(1, total + 1), 1):
        with fresh(template.name) as db:
            assert _disturbed_run(db, root, victim, number), (number, total)
            migrate.migrate(Settings(root, db.url), Options(), Silent())
            found = _state(db, root)
            both = expected.keys() | found.keys()
            different = {key for key in both if expected.get(key) != found.get(key)}
            assert not different, (victim, number, total, different)
            # And a third run finds nothing to do.
            result = migrate.migrate(Settings(root, db.url), Options(), Silent())
            assert result == Migrated()


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_first_deploy_killed_anywhere_is_finished_by_the_next_run(
    empty_db: Database, folder: Folder, fresh: Clone, victim: str, soak: Soak
) -> None:
    _first_deploy(folder)
    _matrix(empty_db, folder.root, fresh, victim, soak)


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_later_deploy_killed_anywhere_is_finished_by_the_next_run(
    empty_db: Database, folder: Folder, fresh: Clone, victim: str, soak: Soak
) -> None:
    _first_deploy(folder)
    folder.migrate(empty_db)
    _second_deploy(folder)
    _matrix(empty_db, folder.root, fresh, victim, soak)


def test_the_package_itself_killed_anywhere_is_finished_by_the_next_run(
    empty_db: Database, fresh: Clone, soak: Soak
) -> None:
    with fresh(empty_db.name) as undisturbed:
        total = _count_statements(undisturbed, REPOSITORY)
        expected = _state(undisturbed, REPOSITORY)
    places = [f"{victim}:{number}" for victim in VICTIMS for number in range(1, total + 1)]
    for place in soak.of(places, 1):
        victim, _, number = place.partition(":")
        with fresh(empty_db.name) as db:
            assert _disturbed_run(db, REPOSITORY, victim, int(number))
            migrate.migrate(Settings(REPOSITORY, db.url), Options(), Silent())
            found = _state(db, REPOSITORY)
            # Ids of seeded rows are random.
            assert {k: v for k, v in found.items() if k != "seeded"} == {
                k: v for k, v in expected.items() if k != "seeded"
            }, (place, total)
