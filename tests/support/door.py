"""A real PostgREST before a test's database, and requests to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from dbtool.access.personas import Persona
from dbtool.server import postgrest
from dbtool.server.postgrest import PostgrestProcess
from tests.support.database import Database


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP status.
        body: The JSON, or None for an empty body.
        headers: By lower-case name.
    """

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Client:
    """Someone who sends requests."""

    door: PostgrestProcess
    token: str

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Answer:
        """Send one request; what it changes is kept unless it prefers ``tx=rollback``."""
        target = quote(path) + (f"?{urlencode(query)}" if query else "")
        sent = {
            **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }
        connection = HTTPConnection("127.0.0.1", self.door.port, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, target, payload, sent)
            response = connection.getresponse()
            text = response.read().decode()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, json.loads(text) if text else None, told)
        finally:
            connection.close()


@contextmanager
def opened(db: Database, folder: Path, url: str = "", **further: str) -> Iterator[PostgrestProcess]:
    """PostgREST on a database, for as long as it is needed.

    Args:
        db: The database.
        folder: For its state and log.
        url: The authenticator's URL, where it is not the database's own.
        further: More of PostgREST's settings.
    """
    state = folder / "postgrest.json"
    further = {"PGRST_DB_TX_END": "commit-allow-override", **further}
    try:
        yield postgrest.ensure(state, url or db.server.url("authenticator", db.name), **further)
    finally:
        postgrest.stop(state)


def client(door: PostgrestProcess, persona: Persona | None = None, **claims: object) -> Client:
    """A persona's client, or one with a token of these claims; without either anon's."""
    if persona and persona.role != "anon":
        claims = {**persona.claims, **claims}
    token = jwt.encode(dict(claims), door.jwt_secret, algorithm="HS256") if claims else ""
    return Client(door, token)


def person(door: PostgrestProcess, user: object, role: str = "authenticated") -> Client:
    """The client of someone who is logged in."""
    return client(door, role=role, sub=str(user))
