"""Other linters: they find nothing, and what one of them probes is what was decided.

rlsautotest reads the policies, plants rows, tries every verb as every role and says who reached
something. It does not know what was meant; policies/*/expectations.yml does, and knows no policy.
Where both speak of the same database, they have to agree.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from pglast import ast, parse_sql
from pglast.enums import BoolExprType
from pglast.stream import RawStream
from psycopg import sql

from dbtool.access import expectation_files
from dbtool.access.expectations import ALL, DENIED, NONE, Allowed
from dbtool.project import files
from tests.support.database import Database
from tests.support.servers import REPOSITORY, SUPABASE_LIKE_OWNER

EXPECTED = expectation_files.load(REPOSITORY)
SCHEMAS = [name for name in files.load(REPOSITORY).schemas if name != "api"]
# Under which names the expectations state what a database role may do, without any permission.
CALLERS = {
    "anon": ("anon",),
    "authenticated": ("user",),
    "staff": ("staff", "user"),
    "service_role": ("service",),
}
# Cells in which both are right, because what rlsautotest tries is not what the expectations mean.
_NO_ROW = "It finds no row to try on: it plants none where the policies admit no client."
EXPLAINED = {
    ("public.user_consents", "insert", "authenticated", "authorized"): (
        "It names the owner column, which is granted to nobody: the default fills it."
    ),
    ("rbac.role_grants_log", "select", "service_role", "service_role"): _NO_ROW,
    **{
        (table, verb, "service_role", "service_role"): _NO_ROW
        for table, verbs in (
            ("access.lesson_access_overrides", ("select", "update", "delete")),
            ("access.product_grants", ("select", "update", "delete")),
            ("content.attachments", ("select",)),
            ("content.content_version_lessons", ("select",)),
            ("content.lesson_bodies", ("select", "update")),
            ("learn.answer_keys", ("select",)),
            ("learn.assessment_items", ("select", "update", "delete")),
            ("learn.assessment_version_keys", ("select",)),
            ("learn.assignments", ("select", "update", "delete")),
            ("learn.live_session_links", ("select", "update")),
            ("learn.live_sessions", ("select", "update")),
            ("learn.proctoring_events", ("select",)),
            ("learn.proctoring_sessions", ("select",)),
            ("util.cron_schedules", ("select", "update", "delete")),
            ("util.feature_flags", ("select", "update", "delete")),
            ("util.job_handlers", ("select",)),
            ("util.job_queue", ("select",)),
            ("util.job_runs", ("select",)),
            ("util.partitioned_tables", ("select", "update", "delete")),
            ("util.settings", ("select", "update")),
        )
        for verb in verbs
    },
    **{
        (table, "delete", "authenticated", "authorized"): (
            "Rows that refer to the planted one keep its second try from being the same as its "
            "first; the role has no DELETE at all."
        )
        for table in (
            "access.tiers",
            "content.categories",
            "content.tags",
            "gamification.achievement_definitions",
            "gamification.quests",
            "gamification.seasons",
        )
    },
}
# Rows that it cannot make up: those that a trigger makes or whose columns depend on each other, and
# those of people at work on something, which names the course in the key of another table.
_NOT_PLANTED = {
    "access.user_entitlements",
    "content.course_stats",
    "learn.attempt_results",
    "learn.certificates",
    "learn.lesson_analytics",
    "learn.live_session_participants",
    "learn.submissions",
    "learn.user_assessment_attempts",
    "learn.user_progress",
}
# Of rlsautotest's people the one whom it calls authorized has what a login brings: profile,
# contacts, settings, a role. The others get logins without, or they would own such rows too.
_PEOPLE: LiteralString = """
insert into auth.users (id) values ('11111111-1111-1111-1111-111111111111');
alter table auth.users disable trigger trg_users_create_profile_for_login
"""


@dataclass(frozen=True)
class Verdict:
    """What rlsautotest says of one cell.

    Attributes:
        table: ``schema.name``.
        verb: As the expectations name it.
        role: The database role in which it tried.
        identity: Its word for who tried: with rows of their own (``authorized``) or without.
        may: Whether they reached any row.
    """

    table: str
    verb: str
    role: str
    identity: str
    may: bool

    @property
    def cell(self) -> tuple[str, str, str, str]:
        return self.table, self.verb, self.role, self.identity


def _verdicts(db: Database, linters: Path, folder: Path) -> list[Verdict]:
    """Its report on every schema: it plants rows, and rolls back what it can, in a clone."""
    with psycopg.connect(db.admin_url) as admin:
        admin.execute(_PEOPLE)
    found = []
    for schema in SCHEMAS:
        report = folder / f"{schema}.json"
        said = subprocess.run(
            [
                *(linters / "rlsautotest", f"--schema={schema}", f"--db-url={db.admin_url}"),
                *("--report", f"--report-json={report}", "--no-fail"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert report.exists(), said.stdout + said.stderr
        for table in json.loads(report.read_text("utf-8"))["tables"]:
            # Months of journals are stated by no file: the matrix holds them closed.
            if f"{schema}.{table['table']}" in EXPECTED.relations:
                found += _of_table(schema, table)
    return found


def _of_table(schema: str, table: dict[str, Any]) -> list[Verdict]:
    """The cells that it tried and believes.

    It tries twice: ``exp`` is whether the first time reached a row, ``pass`` whether the second
    gave the same (of a count: the same number). Two that differ are no verdict, unless what was
    closed the first time was open the second. What it calls unreliable is not in the grid.
    """
    auth = table["auth"]
    roles = {
        # Where a schema has no anon, or no authenticated, it takes another role for it.
        "anon": auth["unauth"],
        "authorized": auth["authenticated"],
        "other": auth["authenticated"],
        "multi": auth["authenticated"],
        "service_role": auth["service_role"],
    }
    return [
        Verdict(
            f"{schema}.{table['table']}",
            verb.lower(),
            roles.get(identity) or identity.removeprefix("role:"),
            identity,
            tried["exp"] or not tried["pass"],
        )
        for verb, identities in table["idgrid"].items()
        for identity, tried in identities.items()
        if tried["pass"] or not tried["exp"]
    ]


def _decided(allowed: Allowed, identity: str) -> bool:
    """Whether the expectations let this identity reach some row."""
    if allowed.rows in (ALL, NONE, DENIED):
        return allowed.rows == ALL
    # Rows of one's own are there for the authorized alone; the others reach what asks not who.
    condition = parse_sql(f"select {allowed.rows}")[0].stmt.targetList[0].val
    return identity == "authorized" or not _is_about_me(condition)


def _is_about_me(condition: ast.Node) -> bool:
    """Whether it is false of everybody who has no rows."""
    if isinstance(condition, ast.BoolExpr) and condition.boolop != BoolExprType.NOT_EXPR:
        parts = (_is_about_me(part) for part in condition.args)
        return all(parts) if condition.boolop == BoolExprType.OR_EXPR else any(parts)
    return bool(re.search(r"\bme\b", RawStream()(condition)))


def _disagreements(verdicts: list[Verdict]) -> set[tuple[str, str, str, str]]:
    return {
        verdict.cell
        for verdict in verdicts
        if verdict.may
        != _decided(
            EXPECTED.relations[verdict.table].may(verdict.verb, CALLERS[verdict.role]),
            verdict.identity,
        )
    }


@pytest.fixture
def no_other_bypass(db: Database) -> Iterator[None]:
    """The server as in production: the tests' second owner, who is past all policies, is not."""
    role = sql.Identifier(SUPABASE_LIKE_OWNER)
    with psycopg.connect(db.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("alter role {} nobypassrls").format(role))
        yield
        admin.execute(sql.SQL("alter role {} bypassrls").format(role))


@pytest.mark.usefixtures("no_other_bypass")
def test_doctor_finds_nothing_with_the_linters_of_others(
    db: Database,
    node_modules: Path,
    linters: Path,
    cli: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = os.pathsep.join(map(str, (linters, node_modules / ".bin", os.environ["PATH"])))
    monkeypatch.setenv("PATH", path)
    asked = ("--project", str(REPOSITORY), "--database-url", db.url, "doctor", "--json")
    code, out, err = cli(*asked)
    assert out, err
    told = json.loads(out)
    assert (code, told["findings"], told["not_installed"]) == (0, [], [])
    assert set(told["ran"]) >= {"supabase", "pgrls", "rlsautotest"}


def test_what_rlsautotest_observes_is_what_was_decided(
    db: Database, linters: Path, tmp_path: Path
) -> None:
    verdicts = _verdicts(db, linters, tmp_path)
    assert _disagreements(verdicts) == EXPLAINED.keys()
    # That nobody reaches dbtool's own tables is easily agreed on.
    clients = [v for v in verdicts if not v.table.startswith("util.")]
    assert len(verdicts) > 200
    assert len(clients) > 80
    assert sum(v.may for v in clients) > 15
    tables = {r.name for r in EXPECTED.relations.values() if r.kind == "table"}
    # It looks at months of journals, not at their parents.
    journals = {name for (name,) in db.rows("select parent_name from util.partitioned_tables")}
    assert {v.table for v in verdicts} == tables - journals - _NOT_PLANTED


@pytest.mark.parametrize(
    ("fault", "cell"),
    [
        (
            "alter policy user_contacts_select_own on public.user_contacts using (true)",
            ("public.user_contacts", "select", "authenticated", "other"),
        ),
        (
            """
            grant select on public.user_contacts to anon;
            create policy open on public.user_contacts for select to anon using (true)
            """,
            ("public.user_contacts", "select", "anon", "anon"),
        ),
        (
            "alter policy role_grants_log_select_staff on rbac.role_grants_log using (true)",
            ("rbac.role_grants_log", "select", "staff", "role:staff"),
        ),
    ],
    ids=["strangers", "anon", "staff"],
)
def test_a_policy_that_was_not_decided_shows(
    db: Database, linters: Path, tmp_path: Path, fault: LiteralString, cell: tuple[str, ...]
) -> None:
    db.rows(fault)
    assert cell in _disagreements(_verdicts(db, linters, tmp_path))
