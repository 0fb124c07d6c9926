"""A test's own database, and sessions in it: as owner, and as a request of PostgREST."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import TupleRow

from dbtool.access import request
from dbtool.commands import verify
from dbtool.db import catalog, connect
from dbtool.project import files
from dbtool.server.cluster import ADMIN, Cluster
from tests.support import sessions
from tests.support.servers import OWNER, REPOSITORY

Connection = psycopg.Connection[TupleRow]

LEARNER = UUID("00000000-0000-4000-8000-000000000001")
OTHER_LEARNER = UUID("00000000-0000-4000-8000-000000000002")
INSTRUCTOR = UUID("00000000-0000-4000-8000-000000000003")
MODERATOR = UUID("00000000-0000-4000-8000-000000000004")
ADMINISTRATOR = UUID("00000000-0000-4000-8000-000000000005")
ANONYMOUS = UUID("00000000-0000-4000-8000-000000000006")


@dataclass(frozen=True)
class Database:
    """One database of a test server."""

    server: Cluster
    name: str
    owner: str = OWNER

    @property
    def url(self) -> str:
        """The owner's URL."""
        return self.server.url(self.owner, self.name)

    @property
    def admin_url(self) -> str:
        """The administrator's URL."""
        return self.server.url(ADMIN, self.name)

    def connect(self) -> Connection:
        """A connection as the owner, in autocommit mode."""
        return psycopg.connect(self.url, autocommit=True)

    def rows(self, query: LiteralString, arguments: Sequence[object] = ()) -> list[TupleRow]:
        """Rows of a query run as the owner."""
        with sessions.borrowed(self.url, autocommit=True) as connection:
            cursor = connection.execute(query, arguments or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, query: LiteralString, arguments: Sequence[object] = ()) -> Any:
        """First column of the only row."""
        rows = self.rows(query, arguments)
        assert len(rows) == 1, rows
        return rows[0][0]

    def own_objects(self) -> dict[tuple[str, str], str]:
        """What the package's files made here; the host's default privileges are not of it."""
        project = files.load(REPOSITORY)
        with connect.connect(self.admin_url) as connection:
            return verify.own_objects(catalog.read(connection, project.schemas), project)

    def catch(self, statement: str, act: LiteralString = "pid") -> None:
        """Wait until a session is at a statement that begins so, and act on it as administrator.

        Args:
            statement: A regular expression.
            act: What to select for the session: ``pg_cancel_backend(pid)``.
        """
        at_it = (
            f"select {act} from pg_stat_activity "
            "where datname = %s and state = 'active' and query ~ %s and pid <> pg_backend_pid()"
        )
        deadline = time.monotonic() + 30
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            while not admin.execute(at_it, [self.name, f"^{statement}"]).fetchall():
                assert time.monotonic() < deadline, f"nobody came to {statement}"
                time.sleep(0.02)

    @contextmanager
    def request(
        self,
        user: UUID | None = None,
        role: str | None = None,
        claims: Mapping[str, object] | None = None,
        hat: bool = True,
    ) -> Iterator[Connection]:
        """One request as PostgREST makes it: its preamble, then the pre-request function.

        Args:
            user: The login; None for an anonymous request.
            role: The role in the token; by default authenticated, or anon without a login.
            claims: Further claims.
            hat: Whether db-pre-request is configured.
        """
        role = role or ("authenticated" if user else "anon")
        told = {"role": role, **({"sub": str(user)} if user else {}), **(claims or {})}
        url = self.server.url("authenticator", self.name)
        with sessions.borrowed(url, autocommit=False) as connection, connection.transaction():
            connection.execute(request.preamble(told, asks=hat, role=role))
            yield connection


@contextmanager
def refused(sqlstate: str, detail: str | None = None) -> Iterator[None]:
    """Expect Postgres to refuse with this SQLSTATE and, where one is given, this stable name."""
    with pytest.raises(psycopg.Error) as caught:
        yield
    assert caught.value.sqlstate == sqlstate, caught.value
    if detail is not None:
        assert caught.value.diag.message_detail == detail
