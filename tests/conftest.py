"""Fixtures: real servers, one template database a session, a clone of it for each test."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pytest_postgresql.janitor import DatabaseJanitor

from dbtool.commands import migrate, seed
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from dbtool.server.cluster import ADMIN, Cluster
from tests.support import servers
from tests.support.database import Database
from tests.support.exporting import Exporting
from tests.support.project_folder import Folder
from tests.support.servers import OWNER, REPOSITORY, SUPABASE_LIKE_OWNER, ServerChoice
from tests.support.supabase import Host, hosting


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A container hides its processes: tests that kill them are for the other servers."""
    hidden = [item for item in items if item.get_closest_marker("processes") and _contained(item)]
    config.hook.pytest_deselected(items=hidden)
    items[:] = [item for item in items if item not in hidden]


def _contained(item: pytest.Item) -> bool:
    called = item.callspec.params if isinstance(item, pytest.Function) else {}
    choice = called.get("server_choice")
    return isinstance(choice, ServerChoice) and bool(choice.image)


_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=servers.chosen(), ids=str)
def server_choice(request: pytest.FixtureRequest) -> ServerChoice:
    """Each of the chosen servers in turn."""
    choice: ServerChoice = request.param
    return choice


@pytest.fixture(scope="session")
def server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """The server under test."""
    with servers.running(server_choice) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def scratch_server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """Another server of the same kind, for what must not be done in the target's."""
    with servers.running(server_choice) as cluster:
        yield cluster


def _janitor(server: Cluster, name: str, template: str | None = None) -> DatabaseJanitor:
    return DatabaseJanitor(
        user=ADMIN,
        host="127.0.0.1",
        port=server.port,
        dbname=name,
        template_dbname=template,
        password=server.passwords[ADMIN],
        as_template=template is None,
    )


@pytest.fixture(scope="session")
def prepared_template(server: Cluster) -> Iterator[str]:
    """An empty database on a prepared platform."""
    name = f"prepared_{next(_numbers)}"
    with _janitor(server, name):
        url = server.url(ADMIN, name)
        for owner in (OWNER, SUPABASE_LIKE_OWNER):
            platform.prepare(REPOSITORY, url, owner, Silent())
        yield name


@pytest.fixture(scope="session")
def demo_template(server: Cluster, prepared_template: str) -> Iterator[str]:
    """The whole package with its demo world."""
    for database in clone(server, prepared_template):
        settings = Settings(REPOSITORY, database.url)
        migrate.migrate(settings, Options(), Silent())
        seed.seed_demo(settings, Silent())
        yield database.name


def clone(server: Cluster, template: str) -> Iterator[Database]:
    name = f"test_{next(_numbers)}"
    with _janitor(server, name, template):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            # Rights on a database are not copied with it.
            connection.execute(
                sql.SQL("grant create, temporary on database {} to {}, {}").format(
                    *map(sql.Identifier, (name, OWNER, SUPABASE_LIKE_OWNER))
                )
            )
        yield Database(server, name)


@pytest.fixture
def db(server: Cluster, demo_template: str) -> Iterator[Database]:
    """The whole package with its demo world, for one test."""
    yield from clone(server, demo_template)


@pytest.fixture
def empty_db(server: Cluster, prepared_template: str) -> Iterator[Database]:
    """An empty database on a prepared platform, for one test."""
    yield from clone(server, prepared_template)


@pytest.fixture
def bare_db(server: Cluster) -> Iterator[Database]:
    """A database on which nothing was prepared (but the roles, which are the cluster's)."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield Database(server, name, ADMIN)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small project of its own."""
    return Folder.create(tmp_path / "project")


@pytest.fixture(scope="session")
def supabase_server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """A server whose roles are Supabase's, not the platform's."""
    with servers.running(server_choice) as cluster:
        yield cluster


@pytest.fixture
def host(supabase_server: Cluster) -> Iterator[Host]:
    """Makes databases as Supabase does, for one test."""
    with hosting(supabase_server) as made:
        yield made


@pytest.fixture
def exporting(folder: Folder, tmp_path: Path, scratch_server: Cluster) -> Exporting:
    """A small project and the folder it is exported to."""
    folder.with_declared()
    return Exporting(folder, tmp_path / "app", scratch_server)


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run dbtool as its users do; returns exit code, standard output and standard error."""
    from dbtool.cli.main import main

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dbtool", *arguments])
        code = 0
        try:
            main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        gc.enable()  # main() switches it off for good
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return run
