"""Random statements of everybody, into a database with a canary in every row of everybody else.

None may bring a canary out, in rows, errors or notices, and none may change a row of others.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from dbtool.access import request
from dbtool.access.personas import Persona
from dbtool.server.cluster import Cluster
from tests.conftest import clone
from tests.support import canaries as cages
from tests.support import templates
from tests.support.canaries import TRESPASS, Cage
from tests.support.soak import Soak
from tests.support.statements import statements

_AT_ONCE = 50


@pytest.fixture(scope="module")
def cage(server: Cluster) -> Iterator[Cage]:
    for db in clone(server, templates.DEMO):
        yield cages.built(db)


@pytest.mark.soak("statements")
def test_nobody_sees_or_touches_what_is_anothers(cage: Cage, soak: Soak) -> None:
    for seed_ in soak.seeds(1, 20):
        _attack(cage, seed_, soak.sizes(500, 2500, 5000))


def _attack(cage: Cage, seed_: int, count: int) -> None:
    tried: dict[str, int] = {}
    succeeded = 0
    strategy = statements(cage.target)
    people = cages.often_ordinary(p for p in cage.people if not p.is_refused)
    notices: list[str] = []
    url = cage.db.server.url("authenticator", cage.db.name)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        connection.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))

        @seed(seed_)
        @settings(
            max_examples=max(count // _AT_ONCE, 1),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(st.data())
        def attack(data: DataObject) -> None:
            nonlocal succeeded
            persona = data.draw(st.sampled_from(people))
            batch = data.draw(st.lists(strategy, min_size=_AT_ONCE, max_size=_AT_ONCE))
            connection.execute(b"begin; set local statement_timeout = '5s'")
            try:
                connection.execute(request.preamble(persona.claims, asks=not persona.has_hook_only))
                for statement in batch:
                    succeeded += _try(connection, cage, persona, statement, notices)
                    tried[persona.name] = tried.get(persona.name, 0) + 1
            finally:
                connection.execute(b"rollback")

        attack()
    print(f"{succeeded} of {sum(tried.values())} were done")  # noqa: T201 (shown where it fails)
    ordinary = {p.name for p in people if not p.permission}
    assert ordinary <= tried.keys() or count < 5_000
    # Statements that are all refused for being nonsense would prove nothing.
    assert succeeded > sum(tried.values()) / 20


def _try(
    connection: psycopg.Connection,
    cage: Cage,
    persona: Persona,
    statement: str,
    notices: list[str],
) -> bool:
    """Run one statement and look at all that came back."""
    notices.clear()
    connection.execute(b"savepoint one")
    said: list[str] = []
    is_done = True
    try:
        cursor = connection.execute(statement.encode())
        while True:
            if cursor.description:
                said.append(str(cursor.fetchall()))
            if not cursor.nextset():
                break
    except psycopg.Error as error:
        is_done = False
        assert error.sqlstate != TRESPASS, (persona.name, statement, str(error))
        d = error.diag
        said += [str(error), d.message_detail or "", d.message_hint or "", d.context or ""]
    connection.execute(b"rollback to one; release one")
    escaped = cage.escaped(persona, "\n".join([*said, *notices]))
    assert not escaped, (persona.name, statement, sorted(escaped))
    return is_done
