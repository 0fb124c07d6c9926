"""`dbtool access explain` and the access matrix say the same of every table and view."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from dbtool.access import expectation_files
from dbtool.access.expectations import ALL, NONE, VERBS, Allowed, Relation
from dbtool.access.explain import function as of_function
from dbtool.access.explain import row as of_row
from dbtool.access.explain import sessions
from dbtool.access.explain.result import ALLOWED, HIDDEN, REFUSED, VISIBLE, Explained
from dbtool.access.explain.sessions import Stage
from dbtool.access.matrix import probes
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.personas import Persona
from dbtool.db import connect
from dbtool.errors import UsageError
from tests.support.database import Database
from tests.support.servers import REPOSITORY
from tests.support.soak import Soak

EXPECTED = expectation_files.load(REPOSITORY)
SAMPLE = (
    "anon",
    "anonymous sign-in",
    "user",
    "former staff",
    "staff",
    "staff with profile.read_any",
    "staff with role.read_any",
    "staff with feature_flag.manage",
    "service",
)
_UNKEYED = (
    "access.effective_access",
    "access.user_tiers",
    "api.my_course_progress",
    "api.people_course_progress",
    "content.course_cards",
    "gamification.user_xp_sources",
    "learn.course_progress",
    "learn.required_assessments",
    "learn.required_assignments",
    "rbac.active_people",
    "rbac.effective_permissions",
    "rbac.effective_roles",
)


@pytest.fixture
def world(matrix_db: Database) -> Iterator[tuple[psycopg.Connection, list[Persona]]]:
    """The matrix's world in this test's clone, and its personas."""
    with connect.connect(matrix_db.admin_url) as admin:
        admin.execute("begin")
        made = Matrix(admin, EXPECTED, is_populated=True)
        admin.execute("commit")
        yield admin, [p for p in made.personas if p.name in SAMPLE]


def _asked(persona: Persona) -> str:
    return str(persona.user_id) if persona.user_id else persona.role


def _rows(
    admin: psycopg.Connection, relation: Relation, persona: Persona, allowed: Allowed
) -> list[tuple[tuple[str, ...], bool]]:
    """Keys of a row within reach and one beyond, if there are such, and which is which."""
    key = probes.key_of(admin, relation.of)
    rows = NONE if allowed.is_denied else allowed.rows
    within = probes.expected_rows(admin, relation, key, rows, persona)
    everything = probes.expected_rows(admin, relation, key, ALL, persona)
    found = [(row, True) for row in sorted(within)[:1]]
    return found + [(row, False) for row in sorted(everything - within)[:1]]


def _explained(
    at: Stage, persona: Persona, relation: Relation, row: tuple[str, ...], verb: str
) -> Explained:
    quoted = ",".join('"' + part.replace('"', '""') + '"' for part in row)
    id_ = quoted if len(row) > 1 else row[0]
    return of_row.explain(at, _asked(persona), relation.name, id_, verb)


@pytest.mark.soak("explain")
@pytest.mark.parametrize("verb", VERBS)
def test_explained_is_what_the_matrix_expects(
    world: tuple[psycopg.Connection, list[Persona]], verb: str, soak: Soak
) -> None:
    admin, personas = world
    assert len(personas) == len(SAMPLE)
    wrong, asked = [], 0
    keyed = [name for name in EXPECTED.relations if name not in _UNKEYED]
    with sessions.on(admin, None) as at:
        for name in soak.of(keyed, 15):
            relation = EXPECTED.relations[name]
            for persona in personas:
                allowed = relation.may(verb, persona.callers)
                expected = {w: _expected(verb, allowed, w) for w in (True, False)}
                for row, is_within in _rows(admin, relation, persona, allowed):
                    found = _explained(at, persona, relation, row, verb)
                    asked += 1
                    if found.disagreement or found.verdict not in expected[is_within]:
                        wrong.append((persona.name, name, row, found.verdict, found.because))
    assert wrong == []
    assert asked > 30 or soak.is_on


def _expected(verb: str, allowed: Allowed, is_within: bool) -> tuple[str, ...]:
    if allowed.is_denied:
        return (REFUSED,)
    if verb == "insert":
        # The matrix says which new rows are let in; those like an old one may be either.
        return (REFUSED,) if allowed.rows == NONE else (ALLOWED, REFUSED)
    if not is_within:
        return (HIDDEN,)
    return (VISIBLE,) if verb == "select" else (ALLOWED,)


@pytest.mark.parametrize("name", _UNKEYED)
def test_a_view_of_several_tables_is_sent_to_its_tables(db: Database, name: str) -> None:
    with (
        connect.connect(db.admin_url) as admin,
        sessions.on(admin, None) as at,
        pytest.raises(UsageError, match="does not show rows of one table"),
    ):
        of_row.explain(at, "anon", name, "1", "select")


@pytest.mark.soak("explain")
def test_functions_are_explained_as_the_matrix_expects(
    world: tuple[psycopg.Connection, list[Persona]], soak: Soak
) -> None:
    admin, personas = world
    wrong = []
    with sessions.on(admin, None) as at:
        for name in soak.of(list(EXPECTED.functions), 20):
            function = EXPECTED.functions[name]
            for persona in personas:
                found = of_function.explain(at, _asked(persona), name)
                may = bool(function.execute & set(persona.callers))
                if found.disagreement or (found.verdict == ALLOWED) != may:
                    wrong.append((persona.name, name, found.verdict, found.because))
    assert wrong == []
