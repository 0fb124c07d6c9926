"""Fixtures: real servers with template databases, a copy of one for each test."""

from __future__ import annotations

import gc
import itertools
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import TupleRow

from dbtool.server.cluster import ADMIN, Cluster
from tests.support import servers, sessions, templates
from tests.support import soak as soak_
from tests.support.database import Database
from tests.support.exporting import Exporting
from tests.support.project_folder import Folder
from tests.support.servers import ServerChoice
from tests.support.soak import Soak
from tests.support.supabase import Host, hosting

_SOAKING = pytest.StashKey[int]()
_UNTIL = pytest.StashKey[float]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on the first server alone what cannot differ on another; a soak runs all on all."""
    if "server_choice" in metafunc.fixturenames:
        choices = servers.chosen()
        may_differ = metafunc.definition.get_closest_marker("every_server")
        if not may_differ and not os.environ.get(soak_.SECTION):
            choices = choices[:1]
        metafunc.parametrize("server_choice", choices, indirect=True, ids=str, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run, and in a soak what is not of its section."""
    section = os.environ.get(soak_.SECTION, "")
    wanted = [item for item in items if _runs(item, section)]
    if section == soak_.SERVERS:
        random.Random(os.environ.get(soak_.SEED, "1")).shuffle(wanted)  # noqa: S311 (no secret)
        # Those of one server together, so that it is started once.
        wanted.sort(key=lambda item: str(_choice(item)))
        config.stash[_UNTIL] = time.monotonic() + soak_.seconds()
    config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
    items[:] = wanted
    config.stash[_SOAKING] = sum(1 for item in items if item.get_closest_marker("soak"))


def _runs(item: pytest.Item, section: str) -> bool:
    for name in ("soak", "every_server"):
        marker = item.get_closest_marker(name)
        if marker and not marker.args:
            raise pytest.UsageError(f"{item.nodeid}: {name} takes its section, or the reason")
    choice = _choice(item)
    if choice and choice.image and item.get_closest_marker("processes"):
        return False  # a container hides its processes
    soaking = item.get_closest_marker("soak")
    if section == soak_.SERVERS:
        is_elsewhere = choice is not None and choice != servers.chosen()[0]
        return is_elsewhere and not soaking and not item.get_closest_marker("every_server")
    return not section or bool(soaking and soaking.args[0] == section)


def _choice(item: pytest.Item) -> ServerChoice | None:
    called = getattr(item, "callspec", None)
    choice = called.params.get("server_choice") if called else None
    return choice if isinstance(choice, ServerChoice) else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """In a soak of other servers, leave out what comes after its time."""
    until = item.config.stash.get(_UNTIL, None)
    if until is None:
        return None
    if time.monotonic() > until:
        return True
    soak_.told(test=item.nodeid, finished="", there=item.session.testscollected)
    return None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell whoever runs the soak which unit failed."""
    if report.failed:
        soak_.told(failed=report.nodeid)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server_choice(request: pytest.FixtureRequest) -> ServerChoice:
    """Each of the chosen servers in turn."""
    choice: ServerChoice = request.param
    return choice


@pytest.fixture(scope="session")
def server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """The server under test, with the templates."""
    with templates.running(server_choice) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def scratch_server(server_choice: ServerChoice) -> Iterator[Cluster]:
    """Another server of the same kind, for what must not be done in the target's."""
    with servers.running(server_choice) as cluster:
        yield cluster


@dataclass
class _Copies:
    """Copies of a server's templates, made, looked at and dropped in one session.

    Attributes:
        unused: By template, a copy that its test left as it was, for the next one.
        sequences: By template, where its sequences stand.
        left: Those to be dropped. Their sessions are ending; Postgres waits 0.1 s for any that it
            finds, so that is done when the next copy is taken.
    """

    server: Cluster
    session: psycopg.Connection | None = None
    unused: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, object] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def ask(
        self, query: LiteralString, parameters: Sequence[object] = (), **names: str
    ) -> TupleRow:
        """Run a statement; once more where a test killed the server meanwhile."""
        composed = sql.SQL(query).format(**{k: sql.Identifier(v) for k, v in names.items()})
        for is_last in (False, True):
            try:
                if self.session is None or self.session.closed:
                    self.session = psycopg.connect(self.server.url(), autocommit=True)
                cursor = self.session.execute(composed, parameters or None)
                return (cursor.fetchone() if cursor.description else None) or ()
            except psycopg.OperationalError:
                if is_last:
                    raise
                self.session = None
        raise AssertionError

    def taken(self, template: str) -> str:
        """A copy that nobody wrote to."""
        while self.left:
            self.ask("drop database if exists {name} with (force)", name=self.left.pop())
        if template in self.unused:
            return self.unused.pop(template)
        name = f"test_{next(_numbers)}"
        sessions.close(template)
        # Copying files is quicker than logging each page of a small database.
        make: LiteralString = "create database {name} template {template} strategy file_copy"
        self.ask(make, name=name, template=template)
        assert self.session
        templates.give_rights(self.session, name)
        if template not in self.sequences:
            self.sequences[template] = self._sequences(name)
        return name

    def given_back(self, name: str, template: str, before: TupleRow) -> None:
        """Keep a copy that its test left as it was; drop any other."""
        if template not in self.unused and before == self.writes():
            query: LiteralString = (
                "select count(*) from pg_stat_activity where datname = %s and pid <> all(%s)"
            )
            (others,) = self.ask(query, parameters=[name, sessions.idle(name)])
            if not others and self._sequences(name) == self.sequences[template]:
                self.unused[template] = name
                return
        sessions.close(name)
        self.left.append(name)

    def writes(self) -> TupleRow:
        """Something that differs after any transaction that wrote, even one rolled back."""
        return self.ask("select pg_snapshot_xmax(pg_current_snapshot())::text")

    def _sequences(self, name: str) -> object:
        """A number of a sequence can be taken without such a transaction."""
        query = "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
        with psycopg.connect(self.server.url(ADMIN, name)) as connection:
            return connection.execute(query).fetchall()


_copies: dict[int, _Copies] = {}


def clone(server: Cluster, template: str) -> Iterator[Database]:
    """A copy of a template for one test."""
    copies = _copies.setdefault(server.port, _Copies(server))
    name = copies.taken(template)
    before = copies.writes()
    try:
        yield Database(server, name)
    finally:
        copies.given_back(name, template, before)


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Soak:
    """How much of the work that is chosen by lot, or takes long, this test is to do."""
    return soak_.of_environment(request.node.nodeid, request.config.stash[_SOAKING])


@pytest.fixture
def db(server: Cluster) -> Iterator[Database]:
    """The whole package with its demo world, for one test."""
    yield from clone(server, templates.DEMO)


@pytest.fixture
def migrated_db(server: Cluster) -> Iterator[Database]:
    """The whole package with its reference rows alone, for one test."""
    yield from clone(server, templates.MIGRATED)


@pytest.fixture
def matrix_db(server: Cluster) -> Iterator[Database]:
    """The demo world with the people and rows of the access matrix, for one test."""
    yield from clone(server, templates.MATRIX)


@pytest.fixture
def empty_db(server: Cluster) -> Iterator[Database]:
    """An empty database on a prepared platform, for one test."""
    yield from clone(server, templates.PREPARED)


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
