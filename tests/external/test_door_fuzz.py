"""Random requests of everybody through a real PostgREST, into a database full of canaries.

None may bring a canary out, in the status line, headers or body, and none may change a row of
others.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random

import jwt
import psycopg
import pytest

from dbtool.access.personas import ADMINISTRATOR, Persona
from dbtool.db import connect
from dbtool.server.cluster import Cluster
from dbtool.server.postgrest import PostgrestProcess
from tests.conftest import clone
from tests.support import canaries as cages
from tests.support import door as doors
from tests.support import ledger, templates
from tests.support.canaries import TRESPASS, Cage, Rows
from tests.support.random_requests import TAMPERED, Request, request
from tests.support.soak import Soak

# Postgres says so of views that add up, before it asks for a grant; PostgREST takes it for a fault.
_UNWRITABLE = re.compile(
    r'"message":"cannot (insert into|update|delete from) view \\"course_progress\\""'
)


@dataclass(frozen=True)
class Heard:
    """An answer as it came: status, and everything that was said."""

    status: int
    said: str


@dataclass
class Attack:
    """Sends requests, looks at all that comes back and at what is left in the database.

    Attributes:
        rows: Every row, after the last request that was kept.
        wrong: What should not have happened.
        tried: How many requests ended how.
    """

    cage: Cage
    door: PostgrestProcess
    admin: psycopg.Connection
    connection: HTTPConnection
    rows: Rows
    wrong: list[object] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)

    def __call__(self, persona: Persona, asked: Request) -> None:
        heard = self._send(asked, _authorization(self.door, persona, asked.tampered))
        is_done = heard.status < 400 and asked.method != "OPTIONS"  # which asks nothing of anyone
        self.tried["succeeded" if is_done else "refused"] += 1
        self.tried[f"{asked.method} {'succeeded' if is_done else 'refused'}"] += 1
        faults: list[object] = []
        if escaped := self.cage.escaped(persona, heard.said):
            faults.append(("escaped", sorted(escaped)))
        if TRESPASS in heard.said:
            faults.append("touched a row of others")
        if is_done and (asked.tampered or persona.is_refused):
            faults.append(("let in", asked.tampered))
        if heard.status >= 500 and not _UNWRITABLE.search(heard.said):
            faults.append("the server failed")
        if is_done and asked.may_commit:
            self.tried["kept"] += 1
            now = self.cage.rows(self.admin)
            faults += sorted(self.cage.trespasses(persona, self.rows, now))
            self.rows = now
        if faults:
            self.wrong.append((persona.name, asked, heard, faults))

    def _send(self, request: Request, authorization: str) -> Heard:
        headers = {**request.headers, **({"Authorization": authorization} if authorization else {})}
        try:
            return self._once(request, headers)
        except (HTTPException, ConnectionError):
            # Closed after the answer before this one. Twice without an answer is an error.
            self.connection.close()
            return self._once(request, headers)

    def _once(self, request: Request, headers: dict[str, str]) -> Heard:
        body = None if request.body is None else request.body.encode()
        self.connection.request(request.method, request.target, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        told = "\n".join(f"{name}: {value}" for name, value in response.getheaders())
        return Heard(response.status, f"{response.status} {response.reason}\n{told}\n\n{text}")


@pytest.fixture
def attack(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    for db in clone(server, templates.DEMO):
        cage = cages.built(db)
        with (
            doors.opened(db, tmp_path_factory.mktemp("door")) as door,
            connect.connect(db.admin_url) as admin,
        ):
            connection = HTTPConnection("127.0.0.1", door.port, timeout=60)
            yield Attack(cage, door, admin, connection, cage.rows(admin))
            connection.close()


def _authorization(door: PostgrestProcess, persona: Persona, tampered: str) -> str:
    """The header with the persona's token, or one that must not be believed."""
    claims: dict[str, object] = {"role": persona.role}
    if persona.user_id:
        claims["sub"] = str(persona.user_id)
    if not tampered:
        return "" if persona.role == "anon" else f"Bearer {_signed(claims, door.jwt_secret)}"
    own = _signed(claims, door.jwt_secret)
    secret = "not the secret, but as long as one is"
    admin: dict[str, object] = {"role": "authenticated", "sub": str(ADMINISTRATOR)}
    head, _, signature = own.split(".")
    tokens = {
        "unsigned": jwt.encode(admin, None, algorithm="none"),
        "other secret": _signed(claims, secret),
        "service, other secret": _signed({"role": "service_role"}, secret),
        "expired": _signed({**claims, "exp": int(time.time()) - 3600}, door.jwt_secret),
        "another's, other secret": _signed(admin, secret),
        "another's claims under one's own signature": ".".join(
            (head, _signed(admin, secret).split(".")[1], signature)
        ),
        "half": own[: len(own) // 2],
        "words": "service_role",
    }
    assert tokens.keys() == set(TAMPERED)
    return f"Bearer {tokens[tampered]}"


def _signed(claims: dict[str, object], secret: str) -> str:
    return jwt.encode(claims, secret, algorithm="HS256")


@pytest.mark.soak("requests")
def test_nobody_gets_through_the_door_to_what_is_anothers(attack: Attack, soak: Soak) -> None:
    count = soak.sizes(500, 1_500, 5_000)
    # The hook alone is another configuration of PostgREST.
    people = cages.often_ordinary(p for p in attack.cage.people if not p.has_hook_only)
    targets = {p.name: attack.cage.target_of(p) for p in people}
    before = set(ledger.problems(attack.cage.db))  # of samples, which no function wrote
    # Not Hypothesis: kept rows are there when a request is repeated, so nothing can be shrunk.
    by = Random(soak.one_seed())  # noqa: S311 (its numbers are no secret)
    for _ in range(count):
        persona = by.choice(people)
        attack(persona, request(by, targets[persona.name]))
    print(dict(sorted(attack.tried.items())))  # noqa: T201 (shown where it fails)
    assert attack.wrong == []
    # What they learned earned XP, and nobody else did.
    assert set(ledger.problems(attack.cage.db)) <= before
    # What was read or rolled back left nothing.
    assert attack.cage.rows(attack.admin) == attack.rows
    # Requests that are all refused for being nonsense would prove nothing.
    assert attack.tried["succeeded"] > count / 5
    assert attack.tried["kept"] > count / 100
