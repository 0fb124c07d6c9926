"""Schema api as its clients use it: a real PostgREST, HTTP, and every kind of caller."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dbtool.access import expectation_files, request
from dbtool.access.matrix import probes
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.personas import Persona
from dbtool.db import connect
from dbtool.server.cluster import Cluster
from dbtool.server.postgrest import PostgrestProcess
from tests.conftest import clone
from tests.support import door as doors
from tests.support import templates
from tests.support.database import (
    ADMINISTRATOR,
    INSTRUCTOR,
    LEARNER,
    MODERATOR,
    OTHER_LEARNER,
    Database,
)
from tests.support.door import Client, client, person
from tests.support.pooler import pooled
from tests.support.servers import REPOSITORY

EXPECTED = expectation_files.load(REPOSITORY)
ROLLED_BACK = {"Prefer": "tx=rollback"}
REPRESENTATION = {"Prefer": "return=representation, tx=rollback"}


@dataclass(frozen=True)
class World:
    """A database with everyone in it, and PostgREST before it."""

    db: Database
    door: PostgrestProcess
    people: tuple[Persona, ...]

    def someone(self, user: UUID) -> Client:
        return person(self.door, user)


@pytest.fixture(scope="module")
def world(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared: its tests roll back what they change."""
    for db in clone(server, templates.DEMO):
        with connect.connect(db.admin_url) as connection, connection.transaction():
            people = Matrix(connection, EXPECTED).personas
        with doors.opened(db, tmp_path_factory.mktemp("door")) as door:
            yield World(db, door, people)


@pytest.fixture
def own_door(db: Database, tmp_path: Path) -> Iterator[PostgrestProcess]:
    """A PostgREST of a test's own."""
    with doors.opened(db, tmp_path) as door:
        yield door


# Everything, as everybody


@pytest.mark.every_server("PostgREST asks the server's catalog")
def test_every_view_shows_everybody_their_rows(world: World) -> None:
    wrong = []
    with connect.connect(world.db.admin_url) as connection, connection.transaction():
        for relation in EXPECTED.relations.values():
            if not relation.name.startswith("api."):
                continue
            key = probes.key_of(connection, relation.of)
            for persona in world.people:
                if persona.has_hook_only:
                    continue  # this PostgREST asks who everyone is
                answer = client(world.door, persona)(
                    "GET", f"/{relation.name[4:]}", select=",".join(f"{k}::text" for k in key)
                )
                allowed = relation.may("select", persona.callers)
                if persona.is_refused:
                    expected: Any = (401, "login.refused")
                    found: Any = (answer.status, answer.body["details"])
                elif allowed.is_denied:
                    expected = (401 if persona.role == "anon" else 403, "42501")
                    found = (answer.status, answer.body["code"])
                else:
                    expected = probes.expected_rows(
                        connection, relation, key, allowed.rows, persona
                    )
                    found = frozenset(tuple(row[k] for k in key) for row in answer.body)
                if expected != found:
                    wrong.append((persona.name, relation.name, expected, found))
    assert wrong == []


def test_every_function_answers_everybody_as_decided(world: World) -> None:
    wrong = []
    asked = 0
    with connect.connect(world.db.admin_url) as connection, connection.transaction():
        for function in EXPECTED.functions.values():
            if not function.name.startswith("api.") or function.name == "api.pre_request":
                continue
            for persona in world.people:
                if persona.has_hook_only:
                    continue
                may = bool(function.execute & set(persona.callers))
                for call in function.calls:
                    arguments = {
                        name: _plain(connection, stated, persona)
                        for name, stated in call.arguments.items()
                    }
                    answer = client(world.door, persona)(
                        "POST", f"/rpc/{function.name[4:]}", arguments, ROLLED_BACK
                    )
                    asked += 1
                    gives = next((call.gives[c] for c in persona.callers if c in call.gives), "")
                    found = _said(answer)
                    if persona.is_refused:
                        gives = "login.refused"
                    elif not may:
                        gives, found = "42501", answer.body["code"]
                    is_done = gives == "done" or not isinstance(gives, str)
                    if gives != found and not (is_done and answer.status < 300):
                        wrong.append((persona.name, function.name, arguments, gives, answer))
    assert wrong == []
    assert asked > 200


def _plain(connection: psycopg.Connection, stated: Any, persona: Persona) -> Any:
    value = probes.resolved(connection, {"x": stated}, persona)["x"]
    row = connection.execute(b"select (" + value.as_bytes(connection) + b")::text").fetchone()
    said = row[0] if row else None
    # What is JSON travels as such; {} alone would be an array of Postgres.
    is_json = "jsonb" in str(stated) or (said or "").startswith(("[", '{"'))
    return json.loads(said) if said and is_json else said


def _said(answer: doors.Answer) -> str:
    if answer.status >= 400:
        return str(answer.body.get("details") or answer.body["code"])
    value = answer.body
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(iter(value.values()))
    return "null" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


# What clients do


@pytest.mark.every_server("PostgREST asks the server's catalog")
def test_views_of_different_domains_embed_each_other(world: World) -> None:
    answer = world.someone(INSTRUCTOR)(
        "GET",
        "/my_profile",
        select="username,my_profile_links(kind,url),my_roles(scope_type,roles(name)),my_settings(*)",
    )
    (row,) = answer.body
    assert row["username"] == "instructor"
    assert "github" in {link["kind"] for link in row["my_profile_links"]}
    assert "instructor" in {grant["roles"]["name"] for grant in row["my_roles"]}
    assert row["my_settings"]["user_id"] == str(INSTRUCTOR)


def test_rows_are_filtered_ordered_counted_and_paged(world: World) -> None:
    anyone = client(world.door)
    everyone = anyone("GET", "/profiles", select="username", order="username.asc").body
    names = [row["username"] for row in everyone]
    assert names == sorted(names)
    assert "learner_one" in names
    answer = anyone(
        "GET",
        "/profiles",
        headers={"Prefer": "count=exact", "Range-Unit": "items", "Range": "1-1"},
        select="username",
        order="username.asc",
    )
    assert answer.status == 206
    assert answer.headers["content-range"] == f"1-1/{len(names)}"
    assert [row["username"] for row in answer.body] == names[1:2]
    found = anyone("GET", "/profiles", username_key="eq.learner_one", select="display_name")
    assert found.body == [{"display_name": "Learner One"}]


def test_inserting_needs_no_owner_and_takes_none(world: World) -> None:
    learner = world.someone(LEARNER)
    link = {"url": "https://example.com/new", "kind": "website", "link_order": 12}
    made = learner("POST", "/my_profile_links", link, REPRESENTATION)
    assert made.status == 201
    assert made.body[0]["user_id"] == str(LEARNER)
    for extra in ({"user_id": str(OTHER_LEARNER)}, {"is_listed": True}, {"id": str(LEARNER)}):
        refused = learner("POST", "/my_profile_links", {**link, **extra}, ROLLED_BACK)
        assert (refused.status, refused.body["code"]) == (403, "42501")


def test_a_view_is_updated_and_deleted_from_within_ones_rows(world: World) -> None:
    learner = world.someone(LEARNER)
    changed = learner("PATCH", "/my_profile", {"bio": "new"}, REPRESENTATION)
    assert [row["bio"] for row in changed.body] == ["new"]
    other = learner("PATCH", "/my_profile", {"bio": "x"}, REPRESENTATION, id=f"eq.{OTHER_LEARNER}")
    assert other.body == []
    gone = learner("DELETE", "/my_profile_links", None, REPRESENTATION, kind="eq.website")
    assert {row["user_id"] for row in gone.body} == {str(LEARNER)}
    for body in ({"status": "active"}, {"is_listed": True}, {"created_at": "2020-01-01"}):
        refused = learner("PATCH", "/my_profile", body, ROLLED_BACK)
        assert refused.status in (400, 403), refused


def test_upserts_work_where_every_column_of_the_payload_may_be_updated(world: World) -> None:
    admin = world.someone(ADMINISTRATOR)
    flag = {"key": "matrix.test", "description": "changed", "is_enabled": False}
    merged = admin(
        "POST",
        "/feature_flags",
        flag,
        {"Prefer": "resolution=merge-duplicates, return=representation, tx=rollback"},
        on_conflict="key",
    )
    assert merged.status in (200, 201), merged
    assert [row["description"] for row in merged.body] == ["changed"]
    ignored = world.someone(LEARNER)(
        "POST",
        "/my_interests",
        [{"interest": "python"}, {"interest": "Chess"}],
        {"Prefer": "resolution=ignore-duplicates, return=representation, tx=rollback"},
        on_conflict="user_id,interest_key",
    )
    assert [row["interest"] for row in ignored.body] == ["Chess"]


def test_functions_answer_get_where_they_only_read(world: World) -> None:
    learner = world.someone(LEARNER)
    assert learner("GET", "/rpc/is_enabled", flag="no.such").body is False
    assert learner("POST", "/rpc/is_enabled", {"flag": "no.such"}).body is False
    assert {row["permission"] for row in learner("GET", "/rpc/my_permissions").body}
    refused = world.someone(INSTRUCTOR)("GET", "/rpc/create_api_key", name="x")
    assert (refused.status, refused.body["code"]) == (405, "25006")


def test_an_error_says_what_and_what_to_do(world: World) -> None:
    answer = world.someone(MODERATOR)(
        "POST",
        "/rpc/grant_role",
        {"user_id": str(LEARNER), "role": "member", "reason": "x"},
        ROLLED_BACK,
    )
    assert answer.status == 403
    assert answer.body == {
        "code": "PT403",
        "details": "role.grant_denied",
        "hint": "Ask someone who holds the permission role.grant.",
        "message": "you may not assign roles in this scope",
    }
    taken = world.someone(LEARNER)("POST", "/my_interests", {"interest": "PYTHON"}, ROLLED_BACK)
    assert (taken.status, taken.body["code"]) == (409, "23505")


def test_the_description_of_the_api_is_our_comments(world: World) -> None:
    described = world.someone(ADMINISTRATOR)("GET", "/").body
    told = described["definitions"]
    assert told["my_profile"]["description"] == "The caller's own profile: one row."
    assert "IANA" in told["my_profile"]["properties"]["time_zone"]["description"]
    grant = described["paths"]["/rpc/grant_role"]["post"]
    assert grant["summary"].startswith("Gives a person a role")
    assert "role.grant_denied" in grant["description"]
    for view in EXPECTED.relations.values():
        if view.name.startswith("api.") and view.name[4:] in told:
            assert told[view.name[4:]]["description"], view.name


def test_the_description_shows_everyone_what_they_may(world: World) -> None:
    anon = set(client(world.door)("GET", "/").body["paths"])
    stated = {
        *(r.name for r in EXPECTED.relations.values() if "anon" in r.allowed["select"]),
        *(
            f"api.rpc/{f.name[4:]}"
            for f in EXPECTED.functions.values()
            if "anon" in f.execute and f.name.startswith("api.")
        ),
    }
    assert anon == {"/", *(f"/{name[4:]}" for name in stated if name.startswith("api."))}
    assert {"/profiles", "/rpc/is_enabled"} < anon
    assert not any("my_" in path or "people" in path for path in anon)


# Role staff


def test_who_loses_the_last_staff_role_is_an_ordinary_user_from_the_next_request_on(
    db: Database, own_door: PostgrestProcess
) -> None:
    for role in ("staff", "authenticated"):
        moderator = person(own_door, MODERATOR, role)
        assert len(moderator("GET", "/people", select="id").body) > 1
    db.rows("select rbac.revoke_role(%s, 'moderator', 'left')", [MODERATOR])
    for role in ("staff", "authenticated"):
        refused = person(own_door, MODERATOR, role)("GET", "/people", select="id")
        assert (refused.status, refused.body["code"]) == (403, "42501")
        own = person(own_door, MODERATOR, role)("GET", "/my_profile", select="id").body
        assert own == [{"id": str(MODERATOR)}]


def test_a_banned_login_is_refused_though_its_token_is_valid(
    db: Database, own_door: PostgrestProcess
) -> None:
    learner = person(own_door, LEARNER)
    assert learner("GET", "/my_profile").status == 200
    db.rows("update auth.users set banned_until = 'infinity' where id = %s", [LEARNER])
    refused = learner("GET", "/my_profile")
    assert (refused.status, refused.body["details"]) == (401, "login.refused")


def test_a_token_of_someone_elses_making_is_refused(own_door: PostgrestProcess) -> None:
    forged = replace(own_door, jwt_secret="not the secret, but as long as one is")
    answer = person(forged, ADMINISTRATOR)("GET", "/my_profile")
    assert answer.status == 401
    for role in ("postgres", "package_owner", "authenticator"):
        assert person(own_door, LEARNER, role)("GET", "/my_profile").status >= 400


# The copy of the preamble that other tests use


@pytest.mark.processes
def test_requests_begin_as_the_copy_of_them_does(
    db: Database, server: Cluster, tmp_path: Path
) -> None:
    with psycopg.connect(db.admin_url, autocommit=True) as admin:
        admin.execute("alter role authenticator set log_statement = 'all'")
    try:
        with doors.opened(db, tmp_path) as door:
            before = server.log.stat().st_size
            person(door, LEARNER)("PATCH", "/my_profile", {"bio": "x"})
            person(door, LEARNER)("GET", "/my_profile")
            log = server.log.read_bytes()[before:].decode()
    finally:
        with psycopg.connect(db.admin_url, autocommit=True) as admin:
            admin.execute("alter role authenticator reset log_statement")
    sent = [text for text in re.findall(r"execute [^:]*: (.*)", log) if "set_config" in text]
    copy = request.preamble({"role": "authenticated", "sub": str(LEARNER)}).as_string()
    names = re.findall(r"set_config\('([^']+)'", copy)
    assert len(sent) == 2
    for text in sent:
        assert re.findall(r"set_config\('([^']+)'", text) == names
    assert re.search(r'\$\d = \'"?"api", "public"', log), log
    calls: list[str] = re.findall(r"(?:execute|statement)[^:]*: (.*)", log)
    opened = [text for text in calls if text.startswith("BEGIN")]
    assert [("READ ONLY" in text) for text in opened][-2:] == [False, True]
    assert any("api" in text and "pre_request" in text for text in calls)


# Through a pooler


def test_no_claim_reaches_the_next_client_of_a_pooled_connection(
    db: Database, tmp_path: Path
) -> None:
    people = [None, LEARNER, OTHER_LEARNER, MODERATOR, ADMINISTRATOR]
    wrong: list[object] = []
    with (
        pooled(db, "transaction", 1, "authenticator") as url,
        doors.opened(
            db,
            tmp_path,
            url,
            PGRST_DB_PREPARED_STATEMENTS="false",
            PGRST_DB_CHANNEL_ENABLED="false",
        ) as door,
    ):

        def ask(number: int) -> None:
            user = people[number % len(people)]
            asking = person(door, user) if user else client(door)
            answer = asking("GET", "/my_profile", select="id")
            expected = (200, [{"id": str(user)}]) if user else (401, None)
            if (answer.status, answer.body if user else None) != expected:
                wrong.append((user, answer))

        for start in range(0, 200, 20):
            threads = [threading.Thread(target=ask, args=[start + n]) for n in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            with psycopg.connect(url, autocommit=True, prepare_threshold=None) as next_one:
                row = next_one.execute(
                    b"select current_user, current_setting('request.jwt.claims', true)"
                ).fetchone()
                assert row in (("authenticator", ""), ("authenticator", None))
    assert wrong == []
