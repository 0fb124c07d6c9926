"""The access matrix: the database is as expected, and what is not so shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from dbtool.access import expectation_files
from dbtool.access.causes import by_cause
from dbtool.access.expectations import Expectations
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.mutation import mutants
from dbtool.access.mutation import run as mutation
from dbtool.commands import access, chosen_objects
from dbtool.db import connect
from dbtool.errors import FileError, UsageError
from dbtool.runner.progress import Silent
from tests.support.database import LEARNER, OTHER_LEARNER, Database
from tests.support.project_folder import Folder
from tests.support.servers import REPOSITORY
from tests.support.soak import Soak

EXPECTED = expectation_files.load(REPOSITORY)


@pytest.fixture
def admin(matrix_db: Database) -> Iterator[psycopg.Connection]:
    """An administrator's transaction in the matrix's world."""
    with connect.connect(matrix_db.admin_url) as connection:
        connection.execute("begin")
        yield connection


@pytest.mark.soak("matrix")
@pytest.mark.every_server("policies and grants are the server's to check")
def test_nobody_may_do_what_was_not_decided(admin: psycopg.Connection, soak: Soak) -> None:
    matrix = Matrix(admin, EXPECTED, is_populated=True)
    assert list(matrix.names()) == []
    for name in soak.of(matrix.objects, 40):
        assert list(matrix.object(name)) == []
    assert matrix.asked > 400 or soak.is_on


@pytest.mark.soak("mutants")
def test_mutants_are_noticed(admin: psycopg.Connection, soak: Soak) -> None:
    matrix = Matrix(admin, EXPECTED, is_populated=True)
    everything = {mutant.name: mutant for mutant in mutants.every(admin, matrix.schemas)}
    assert EXPECTED.survivors.keys() <= everything.keys()
    noticed = 0
    for name in soak.of(list(everything), 40):
        (outcome,) = mutation.run(matrix, [everything[name]])
        if not outcome.mutant.rule:
            assert bool(outcome.noticed) != bool(outcome.reason), name
        noticed += bool(outcome.noticed)
    assert noticed > 20 or soak.is_on


def _deviations(
    admin: psycopg.Connection, fault: str, look: Callable[[Matrix], Iterator[Deviation]]
) -> list[Deviation]:
    """What the matrix says after a fault was put in."""
    matrix = Matrix(admin, EXPECTED, is_populated=True)
    assert list(look(matrix)) == []
    admin.execute(fault.encode())
    return list(look(matrix))


def _relation(name: str) -> Callable[[Matrix], Iterator[Deviation]]:
    return lambda matrix: matrix.relation(EXPECTED.relations[name])


def test_the_leak_of_one_row_shows(admin: psycopg.Connection) -> None:
    found = _deviations(
        admin,
        f"""
        alter policy user_contacts_select_own on public.user_contacts
        using (user_id = (select auth.uid()) or user_id = '{LEARNER}')
        """,
        _relation("public.user_contacts"),
    )
    assert ("another user", "select", str(LEARNER), "none", "reached") in [
        (d.persona, d.verb, d.what, d.expected, d.found) for d in found
    ]


def test_the_loss_of_one_row_shows(admin: psycopg.Connection) -> None:
    found = _deviations(
        admin,
        f"""
        alter policy user_contacts_select_own on public.user_contacts
        using (user_id = (select auth.uid()) and user_id <> '{LEARNER}')
        """,
        _relation("public.user_contacts"),
    )
    assert {(d.persona, d.what, d.expected, d.found) for d in found if d.verb == "select"} == {
        ("user", str(LEARNER), "reached", "none")
    }


def test_a_deletion_that_no_select_policy_hides_shows(admin: psycopg.Connection) -> None:
    """With a filter only visible rows go; without one, all that the delete policy lets through."""
    found = _deviations(
        admin,
        "alter policy user_interests_delete_own on public.user_interests using (true)",
        _relation("public.user_interests"),
    )
    assert f"{OTHER_LEARNER} statistics" in {d.what for d in found if d.persona == "user"}
    assert all(d.verb == "delete" for d in found)


@pytest.mark.parametrize(
    ("fault", "name", "what"),
    [
        ("create table rbac.secrets (id int)", "rbac.secrets", "relation"),
        ("create view api.everything as select 1 as one", "api.everything", "relation"),
        ("drop view api.my_settings", "api.my_settings", "relation"),
        (
            "alter table public.profiles add column price int",
            "public.profiles.price",
            "column",
        ),
        ("create function api.new() returns int return 1", "api.new", "function"),
        ("create function api.is_enabled() returns int return 1", "api.is_enabled", "overloads"),
        ("drop function api.my_permissions()", "api.my_permissions", "function"),
        ("delete from rbac.permissions where name = 'api_key.revoke_any'", "", ""),
    ],
)
def test_what_is_not_named_or_not_there_shows(
    admin: psycopg.Connection, fault: str, name: str, what: str
) -> None:
    if name:
        found = _deviations(admin, fault, lambda matrix: matrix.names())
        assert [(d.object, d.what) for d in found] == [(name, what)]
        return
    admin.execute("delete from rbac.role_permissions")
    admin.execute(fault.encode())
    found = list(Matrix(admin, EXPECTED, is_populated=True).names())
    assert [(d.object, d.what) for d in found] == [("api_key.revoke_any", "permission")]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("grant truncate on public.profiles to service_role", "public.profiles"),
        ("grant select on rbac.active_people to staff", "rbac.active_people"),
        ("grant select (secret_hash) on rbac.api_keys to staff", "rbac.api_keys"),
        ("grant update (status) on public.profiles to authenticated", "public.profiles"),
        ("grant insert on util.feature_flags to anon", "util.feature_flags"),
        ("alter table rbac.roles disable row level security", "rbac.roles"),
        ("alter view api.people set (security_invoker = false)", "api.people"),
    ],
)
def test_a_privilege_too_many_shows(admin: psycopg.Connection, fault: str, name: str) -> None:
    assert _deviations(admin, fault, _relation(name)) != []


_EFFECTIVE = """
    select ur.user_id, r.id as role_id, r.name as role, r.is_staff, ur.scope_type, ur.scope_id,
        ur.expires_at
    from rbac.user_roles as ur
    inner join rbac.roles as r on ur.role_id = r.id
"""
BLIND_SPOTS = {
    "a schema of its own": (
        "",
        """
        create schema learn3 create table notes (id int);
        grant usage on schema learn3 to anon; grant all on learn3.notes to anon
    """,
    ),
    "the host's tables": ("", "grant select (email) on auth.users to authenticated"),
    "an extension's member": (
        "",
        """
        create function api.leak() returns text language sql security definer return 'x';
        grant execute on function api.leak() to anon;
        alter extension plpgsql add function api.leak()
    """,
    ),
    "a rule": (
        "",
        """
        create rule also as on update to api.my_settings
        do also update public.user_contacts set first_name = 'x'
    """,
    ),
    "a trigger switched off": (
        "",
        """
        alter table rbac.user_roles disable trigger trg_user_roles_log_role_change
    """,
    ),
    "expired roles": (
        "public.profiles",
        f"""
        create or replace view rbac.effective_roles with (security_invoker = true) as {_EFFECTIVE}
        inner join rbac.active_people as ap on ur.user_id = ap.user_id
    """,
    ),
    "people who are not active": (
        "public.profiles",
        f"""
        create or replace view rbac.effective_roles with (security_invoker = true) as {_EFFECTIVE}
        where ur.expires_at is null or ur.expires_at > now()
    """,
    ),
    "any scope": (
        "api.grant_role",
        """
        create or replace function rbac.has_permission_in(
            p_user_id uuid, p_permission text, p_scope_type text, p_scope_id uuid
        ) returns boolean language plpgsql stable security definer as $$
        begin
            return (p_user_id = auth.uid() or util.is_service()) and exists (
                select from rbac.effective_permissions as ep
                where ep.user_id = p_user_id and ep.permission = p_permission
            );
        end $$
    """,
    ),
    "who is suspended": (
        "public.profiles",
        "alter policy profiles_select_public on public.profiles using (is_public)",
    ),
    "any secret": (
        "api.verify_api_key",
        """
        create or replace function rbac.verify_api_key(p_api_key text)
        returns table (id uuid, user_id uuid, permissions text[])
        language sql security definer begin atomic
            select k.id, k.user_id, k.permissions from rbac.api_keys as k
            where k.prefix = left(p_api_key, 14);
        end
    """,
    ),
    "all staff at once": (
        "api.role_grants_log",
        """
        alter policy role_grants_log_select_staff on rbac.role_grants_log using (true)
    """,
    ),
}


@pytest.mark.parametrize(("name", "fault"), BLIND_SPOTS.values(), ids=BLIND_SPOTS)
def test_what_could_be_overlooked_shows(admin: psycopg.Connection, name: str, fault: str) -> None:
    """In the cells of one object, or in the list of all that is there."""
    admin.execute(fault.encode())
    matrix = Matrix(admin, EXPECTED, is_populated=True)
    if not name:
        found = matrix.names()
    elif name in EXPECTED.relations:
        found = matrix.relation(EXPECTED.relations[name])
    else:
        found = matrix.function(EXPECTED.functions[name])
    assert next(found, None) is not None


def test_a_new_row_that_its_maker_is_not_shown_at_once_shows(admin: psycopg.Connection) -> None:
    """A trigger makes them see it, but only after the statement."""
    found = _deviations(
        admin,
        """
        alter policy courses_select_staff on content.courses
        using (is_visible or id = any(array(select content.my_course_ids())))
        """,
        _relation("api.courses"),
    )
    assert [(d.verb, d.what) for d in found if d.persona == "staff with course.create"] == [
        ("insert", "a row, asked back")
    ]


def test_what_is_missing_does_not_hide_the_rest(admin: psycopg.Connection) -> None:
    admin.execute("drop table public.user_interests cascade")
    admin.execute("alter policy user_settings_select_own on public.user_settings using (true)")
    few = replace(
        EXPECTED,
        relations={
            name: relation
            for name, relation in EXPECTED.relations.items()
            if name.startswith("public.user_") or name == "api.my_interests"
        },
        functions={},
    )
    found = {d.object for d in Matrix(admin, few, is_populated=True).run()}
    assert {"public.user_interests", "api.my_interests", "public.user_settings"} <= found


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("own: user_id = me", "own: no_such = me"), 1),
        (("user_id: $me, first_name: First", "user_id: $me, first_name: {sql: nonsense}"), 1),
    ],
)
def test_what_postgres_does_not_understand_is_named(
    admin: psycopg.Connection, tmp_path: Path, change: tuple[str, str], line: int
) -> None:
    for file in expectation_files.paths(REPOSITORY):
        there = tmp_path / file.relative_to(REPOSITORY)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(file.read_text().replace(*change))
    with pytest.raises(FileError, match="Postgres refuses") as caught:
        matrix = Matrix(admin, expectation_files.load(tmp_path), is_populated=True)
        list(matrix.run(only=("public.user_contacts",)))
    assert caught.value.path.endswith("expectations.yml")
    assert (caught.value.line or 0) > line


def test_an_expectation_without_rows_to_prove_it_shows(admin: psycopg.Connection) -> None:
    found = _deviations(
        admin,
        "update public.profiles set is_public = false",
        _relation("api.profiles"),
    )
    assert {(d.persona, d.what) for d in found} >= {("anon", "proof")}


def test_a_partition_is_closed_in_months_to_come(
    matrix_db: Database, admin: psycopg.Connection
) -> None:
    matrix_db.rows(
        """
        create table util.events (user_id uuid, created_at timestamptz)
        partition by range (created_at)
        """
    )
    matrix_db.rows("insert into util.partitioned_tables (parent_name) values ('util.events')")
    matrix_db.rows("select util.ensure_partitions('2031-05-01')")
    name = "util.events_203108"

    def look(matrix: Matrix) -> Iterator[Deviation]:
        return matrix.partition(name, "util.events")

    assert _deviations(admin, "select 1", look) == []
    found = _deviations(admin, f"grant select on {name} to authenticated", look)
    assert {(d.persona, d.verb) for d in found} == {("role authenticated", "select")}


# Expectations that cannot be read


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("tables: [", 1, "not YAML"),
        ("- tables", 1, "names and values"),
        ("table:\n  a: {}\n", 1, "unknown: table"),
        ("tables:\n  a:\n    columns: [x]\n    colour: red\n", 4, "unknown: colour"),
        ("tables:\n  a: {columns: [x]}\n  a: {columns: [x]}\n", 3, "stands twice"),
        ("tables:\n  a: {}\n", 2, "has no columns"),
        (
            "tables:\n  a:\n    columns: [x]\n    select: {user: own}\n",
            4,
            "no such predicate: own",
        ),
        (
            "tables:\n  a:\n    columns: [x]\n    update:\n      user: {columns: [y]}\n",
            5,
            "no such column or set: y",
        ),
        ("functions:\n  f:\n    execute: [user]\n", 3, "unknown: execute"),
        ("views:\n  v: {of: s.t, columns: [x]}\n", 2, "no such table: s.t"),
        ("tables:\n  on: {columns: [x]}\n", 2, "a name is expected"),
        ("tables: [a]\n", 1, "names and values"),
        ("predicates: {own: 5}\n", 1, "no condition"),
        ("tables:\n  a: {columns: x}\n", 2, "a list of names"),
        ("tables:\n  a: {columns: [x], owner: y}\n", 2, "no such column: y"),
        ("tables:\n  a: {columns: [x], sample: {x: [1]}}\n", 2, "a value is plain"),
        ("tables:\n  a: {columns: [x], sample: {x: {sql: 1}}}\n", 2, "a value is plain"),
        ("tables:\n  a: {columns: [x], select: {user: {columns: []}}}\n", 2, "no columns"),
        ("tables:\n  a: {columns: [x], select: {user: 5}}\n", 2, "not rows"),
        ("tables:\n  a: {columns: [x], update: {user: {refused: [{x: 1}]}}}\n", 2, "inserts only"),
        ("functions:\n  f: {gives: {role.grant: done}}\n", 2, "to one of anon, user"),
        ("functions:\n  f: {calls: [{with: {}}]}\n", 2, "gives something"),
        ("functions:\n  f: {with: {}}\n", 2, "gives something"),
        ("functions:\n  f: {calls: 5}\n", 2, "calls are a list"),
        ("functions:\n  f: {calls: [], gives: {user: done}}\n", 2, "one call stands beside"),
        ("functions:\n  f:\n    of: s.g\n", 3, "no such function, stated in full: s.g"),
        ("functions:\n  f: {of: s.g, gives: {user: done}}\n  g: {}\n", 2, "or is of another"),
        ("functions:\n  f: {of: s.g}\n  g: {of: s.f}\n", 2, "stated in full: s.g"),
        ("survivors: {x: 5}\n", 1, "survivors are a list"),
        ("survivors:\n  - reason: ''\n    faults: [x]\n", 2, "no reason, or no faults"),
        ("survivors:\n  - {reason: Why., faults: []}\n", 2, "no reason, or no faults"),
        ("tables:\n  a: {columns: [x], sample: {x: 2026-13-45}}\n", 1, "not YAML"),
    ],
)
def test_an_expectation_that_means_nothing_is_named(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    file = tmp_path / "policies/s/expectations.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(FileError, match=message) as caught:
        expectation_files.load(tmp_path)
    assert caught.value.path == "policies/s/expectations.yml"
    assert abs((caught.value.line or 0) - line) <= 1


# What is named: predicates, values, sets of columns, and the table that a view is of


_TABLE = """\
predicates:
  own: user_id = me
values:
  others: {sql: "(select id from s.b where user_id = other)"}
tables:
  a:
    columns:
      kept: [id, user_id]
      editable: [x, y]
    owner: user_id
    select: {user: own, service: all}
    insert:
      columns: [user_id, editable]
      user: {rows: own, refused: [{x: $others}]}
    update: {columns: editable, user: own}
    write: {service: {columns: all}}
    sample: {x: $others}
"""


def _loaded(root: Path, **schemas: str) -> Expectations:
    """What files of these schemas say; ``shared`` is the one that all share."""
    for schema, text in schemas.items():
        file = root / "policies" / ("" if schema == "shared" else schema) / "expectations.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return expectation_files.load(root)


def test_columns_of_a_verb_are_said_once(tmp_path: Path) -> None:
    table = _loaded(tmp_path, s=_TABLE).relations["s.a"]
    assert table.columns == ("id", "user_id", "x", "y")
    assert table.allowed["insert"]["user"].columns == ("user_id", "x", "y")
    assert table.allowed["update"]["user"].columns == ("x", "y")
    assert table.allowed["update"]["service"].columns == table.columns
    assert table.allowed["delete"].keys() == {"service"}
    assert table.allowed["select"]["user"].columns == table.columns


def test_names_stand_for_what_they_name(tmp_path: Path) -> None:
    shared = "predicates:\n  other_own: $own and not $own_x\n  own: u = me\n  own_x: x = $one\n"
    shared += 'values:\n  one: it\'s\n  two: $one\n  three: {sql: "f($two, $who)"}\n  who: $admin\n'
    text = "tables:\n  a:\n    columns: [u, x]\n    select: {user: other_own or own}\n"
    text += "    sample: {u: $three, x: $two}\n"
    text += "functions:\n  f: {with: {p: $one}, gives: {user: $two}}\n"
    found = _loaded(tmp_path, shared=shared, s=text)
    table, function = found.relations["s.a"], found.functions["s.f"]
    condition = "((u = me) and not (x = ('it''s'))) or (u = me)"
    assert table.allowed["select"]["user"].rows == condition
    assert table.sample == {"u": {"sql": "f(('it''s'), (admin))"}, "x": "it's"}
    assert (function.calls[0].arguments, function.calls[0].gives) == (
        {"p": "it's"},
        {"user": "it's"},
    )


def test_a_view_takes_what_of_its_table_does_not_differ(tmp_path: Path) -> None:
    views = """\
views:
  all_of_it: {of: s.a, same: all}
  service: {of: s.a, same: all, write: {service: all}}
  mine: {of: s.a, hides: [y], select: {user: own}, update: {user: own}}
  further: {of: api.mine, same: [update], hides: user_id}
  with_others: {of: s.a, columns: [kept, z], same: select}
"""
    found = _loaded(tmp_path, s=_TABLE, api=views).relations
    table = found["s.a"]
    assert found["api.all_of_it"].allowed == table.allowed
    assert (found["api.all_of_it"].owner, found["api.all_of_it"].sample) == ("", {})
    assert found["api.service"].allowed["update"]["service"].columns == ("x", "y")
    assert found["api.service"].allowed["insert"]["user"] == table.allowed["insert"]["user"]
    assert found["api.mine"].columns == ("id", "user_id", "x")
    assert found["api.mine"].allowed["update"]["user"].columns == ("x",)
    assert found["api.mine"].allowed["select"].keys() == {"user"}
    assert found["api.mine"].allowed["insert"] == {}
    assert found["api.further"].of == "s.a"
    assert found["api.further"].columns == ("id", "x")
    assert found["api.further"].allowed["update"].keys() == {"user"}
    assert found["api.with_others"].columns == ("id", "user_id", "z")
    assert found["api.with_others"].allowed["select"]["service"].columns == ("id", "user_id")


def test_each_statement_knows_its_own_line(tmp_path: Path) -> None:
    views = "views:\n  v:\n    of: s.a\n    same: [select, update]\n    update: {service: all}\n"
    calls = "functions:\n  f:\n    calls:\n      - gives: {user: done}\n      - gives:\n"
    calls += "          user: done\n  g: {gives: {user: done}}\n"
    found = _loaded(tmp_path, s=_TABLE + calls, api=views + "functions:\n  f: {of: s.f}\n")
    allowed = found.relations["api.v"].allowed
    table, view = "policies/s/expectations.yml", "policies/api/expectations.yml"
    assert [(a.path, a.line) for a in allowed["select"].values()] == [(table, 11), (table, 11)]
    assert (allowed["update"]["user"].path, allowed["update"]["user"].line) == (table, 15)
    assert (allowed["update"]["service"].path, allowed["update"]["service"].line) == (view, 5)
    assert found.relations["s.a"].allowed["insert"]["user"].line == 14
    wrapped = found.functions["api.f"]
    assert (wrapped.path, wrapped.line) == (view, 7)
    assert [(c.path, c.line) for c in wrapped.calls] == [(table, 21), (table, 22)]
    assert found.functions["s.g"].calls[0].line == 24


def test_a_function_of_another_answers_as_that_one_does(tmp_path: Path) -> None:
    inner = "functions:\n  f: {with: {p_id: $me}, gives: {user: a.b, staff: done, service: c.d}}\n"
    found = _loaded(tmp_path, s=_TABLE + inner, api="functions:\n  f: {of: s.f}\n").functions
    assert found["api.f"].calls[0].arguments == {"id": "$me"}
    assert found["api.f"].calls[0].gives == found["s.f"].calls[0].gives
    # Staff may what users may.
    assert found["api.f"].execute == found["s.f"].execute == {"user", "service"}


@pytest.mark.parametrize(
    ("schemas", "path", "line", "message"),
    [
        (
            {"s": "tables:\n  a:\n    columns: [x]\n    sample:\n      x: $no\n"},
            "s",
            5,
            "value: no",
        ),
        (
            {"s": "functions:\n  f:\n    with: {p: $no}\n    gives: {user: done}\n"},
            "s",
            3,
            "value: no",
        ),
        ({"s": "functions:\n  f:\n    gives: {user: $no}\n"}, "s", 3, "no such value: no"),
        ({"s": _TABLE.replace("x: $others}]", "x: $own}]")}, "s", 14, "no such value: own"),
        ({"s": "values:\n  x: {sql: f($no)}\n"}, "s", 2, "no such predicate or value: no"),
        ({"s": "predicates:\n  x: id = $me\n"}, "s", 2, r"it is me, not \$me"),
        ({"s": "values:\n  me: 1\n"}, "s", 2, "no name for"),
        ({"s": "values:\n  Two words: 1\n"}, "s", 2, "no name for"),
        ({"s": "values:\n  x: [1]\n"}, "s", 2, "a value is plain"),
        (
            {"s": "values:\n  x: $y\n  y: {sql: f($z)}\n  z: $x\n"},
            "s",
            2,
            "speaks of itself: x, y, z",
        ),
        ({"s": "predicates:\n  x: not $x\n"}, "s", 2, "speaks of itself: x, x"),
        ({"s": "predicates:\n  x: id\nvalues:\n  x: 1\n"}, "s", 4, "x stands in policies/s/"),
        (
            {"shared": "predicates:\n  x: id\n", "s": "predicates:\n  x: id\n"},
            "s",
            2,
            "x stands in policies/expectations.yml:2",
        ),
        ({"shared": "tables: {}\n"}, "", 1, "unknown: tables"),
        (
            {"s": _TABLE, "api": "predicates:\n  own: x\nviews:\n  v: {of: s.a}\n"},
            "api",
            2,
            "own is named here and in policies/s/expectations.yml:2",
        ),
        ({"s": "tables:\n  a:\n    columns: {x: [x, y]}\n"}, "s", 3, "x cannot name a set"),
        ({"s": "tables:\n  a:\n    columns: {all: [x, y]}\n"}, "s", 3, "all cannot name a set"),
        (
            {"s": "tables:\n  a:\n    columns:\n      p: [x]\n      q: [x]\n"},
            "s",
            5,
            "x stands twice",
        ),
        ({"s": _TABLE.replace("columns: editable", "columns: edited")}, "s", 15, "or set: edited"),
        (
            {"s": _TABLE.replace("columns: editable", "columns: [x, editable]")},
            "s",
            15,
            "stands twice",
        ),
        (
            {"s": _TABLE.replace("{service: {", "{user: all, service: {")},
            "s",
            14,
            "in write and in",
        ),
        ({"s": _TABLE + "    delete: {columns: x, user: own}\n"}, "s", 18, "without columns"),
        ({"s": _TABLE + "    same: select\n"}, "s", 18, "unknown: same"),
        ({"s": _TABLE, "api": "views:\n  v:\n    of: s.b\n"}, "api", 3, "no such table: s.b"),
        ({"s": _TABLE, "api": "views:\n  v:\n    of: [s.a]\n"}, "api", 3, "schema.table"),
        (
            {"s": _TABLE, "api": "views:\n  v: {of: api.w}\n  w: {of: api.v}\n"},
            "api",
            3,
            "of itself: api.v, api.w, api.v",
        ),
        ({"api": "views:\n  v: {columns: [x], same: all}\n"}, "api", 2, "same: all, or verbs"),
        ({"api": "views:\n  v: {columns: [x], hides: x}\n"}, "api", 2, "hides some of its columns"),
        ({"s": _TABLE, "api": "views:\n  v: {of: s.a, same: delay}\n"}, "api", 2, "same: all, or"),
        ({"s": _TABLE, "api": "views:\n  v: {of: s.a, hides: z}\n"}, "api", 2, "or set: z"),
        ({"s": _TABLE, "api": "views:\n  v: {of: s.a, owner: id}\n"}, "api", 2, "unknown: owner"),
        (
            {"s": _TABLE, "api": "views:\n  v: {of: s.a, hides: x, same: insert}\n"},
            "api",
            2,
            "hides a column that is refused: x",
        ),
        (
            {"s": _TABLE, "api": "views:\n  v: {of: s.a, hides: editable, same: update}\n"},
            "api",
            2,
            "no column left",
        ),
        (
            {
                "s": _TABLE,
                "api": "views:\n  v:\n    of: s.a\n    same: all\n    update: {columns: x}\n",
            },
            "api",
            5,
            "so its columns are",
        ),
    ],
)
def test_a_name_that_means_nothing_is_named(
    tmp_path: Path, schemas: dict[str, str], path: str, line: int, message: str
) -> None:
    with pytest.raises(FileError, match=message) as caught:
        _loaded(tmp_path, **schemas)
    where = f"policies/{path}/expectations.yml" if path else "policies/expectations.yml"
    assert (caught.value.path, caught.value.line) == (where, line)


def test_the_examples_of_the_page_can_be_read(tmp_path: Path) -> None:
    """All of them in one file of a schema ``app``; what they speak of is added."""
    page = (REPOSITORY / "docs/how-to/access-expectations.md").read_text()
    sections: dict[str, list[str]] = {}
    for example in re.findall(r"```yaml\n(.*?)```", page, re.S):
        for line in example.splitlines():
            if line and line[0] != " ":
                below = sections.setdefault(line, [])
            else:
                below.append(line)
    sections["tables:"].append("  courses: {columns: [id, owner_id, is_visible]}")
    text = "".join(f"{name}\n" + "\n".join(lines) + "\n" for name, lines in sections.items())
    # A view is named like its table only where its schema is another one.
    found = _loaded(tmp_path, app=text.replace("views:\n  notes:", "views:\n  notes_view:"))
    assert found.relations["app.my_notes"].allowed["update"]["user"].columns == ("title", "body")
    assert found.relations["app.notes_view"].allowed["insert"]["service"].columns == (
        "course_id",
        "title",
        "body",
    )
    assert found.functions["app.count_notes"].execute == {"user", "service"}


def test_no_expectations_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no expectations"):
        expectation_files.load(tmp_path)


# Some objects alone, and where it is said what they contradict


def _line(place: str) -> str:
    """The line of a file of the project that a place names."""
    path, _, number = place.rpartition(":")
    return (REPOSITORY / path).read_text().splitlines()[int(number) - 1].strip()


def test_a_deviation_names_the_line_that_it_contradicts(admin: psycopg.Connection) -> None:
    """A view that takes what its table says contradicts the table's line."""
    admin.execute("alter policy cohorts_delete_staff on learn.cohorts using (true)")
    admin.execute("grant execute on function api.enroll_person to anon")
    only = frozenset({"learn.cohorts", "api.cohorts", "api.enroll_person", "api.courses"})
    checked = access.check(admin, EXPECTED, Silent(), only)
    assert {line.name for line in checked.lines} == only
    found = {(d.object, d.verb, d.path, _line(d.place)) for d in checked.deviations}
    learn, api = "policies/learn/expectations.yml", "policies/api/expectations.yml"
    deletion = "delete: {staff: taught, course.edit: all}"
    assert found == {
        ("learn.cohorts", "delete", learn, deletion),
        ("api.cohorts", "delete", learn, deletion),
        ("api.enroll_person", "execute", api, "enroll_person: {of: learn.enroll_person}"),
    }


def test_a_call_and_a_missing_object_have_their_lines_too(admin: psycopg.Connection) -> None:
    admin.execute("drop view api.my_settings")
    admin.execute("alter table public.profiles add column price integer")
    admin.execute(
        "update gamification.level_definitions set min_xp = min_xp + 1000000 where level > 1"
    )
    only = frozenset({"api.my_settings", "public.profiles", "gamification.compute_level_info"})
    found = access.check(admin, EXPECTED, Silent(), only).deviations
    lines = {(d.object, d.verb): _line(d.place) for d in found}
    assert lines["api.my_settings", "exists"].startswith("my_settings: {of:")
    assert lines["public.profiles.price", "exists"] == "profiles:"
    assert lines["gamification.compute_level_info", "execute"].startswith("compute_level_info:")


def test_a_month_can_be_tried_alone(admin: psycopg.Connection) -> None:
    (name,) = admin.execute(
        "select min(inhrelid::regclass::text) from pg_inherits "
        "where inhparent = 'gamification.xp_events'::regclass"
    ).fetchall()[0]
    admin.execute(f"grant select on {name} to anon".encode())
    only = chosen_objects.named(EXPECTED, [name])
    found = access.check(admin, EXPECTED, Silent(), only).deviations
    assert {(d.persona, d.object) for d in found} == {("role anon", name)}
    assert {_line(d.place) for d in found} == {"xp_events:"}
    gone = chosen_objects.named(EXPECTED, ["gamification.xp_events_190001"])
    admin.execute("begin")
    with pytest.raises(UsageError, match="xp_events_190001"):
        access.check(admin, EXPECTED, Silent(), gone)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("learn.assesments", "learn.assessments"),
        ("enrollments", "learn.enrollments"),
        ("gamification.xp_event_202601", "gamification.xp_events"),
    ],
)
def test_a_name_that_nothing_has_is_named_with_those_near_it(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        chosen_objects.named(EXPECTED, ["learn.cohorts", name])
    assert near in caught.value.hint


def test_what_differs_in_its_persona_alone_is_one_cause() -> None:
    def deviation(persona: str, what: str, expected: str, found: str, line: int) -> Deviation:
        return Deviation(persona, "s.a", "select", what, expected, found, "s.yml", line)

    refused = "refused: 42501 permission denied"
    causes = by_cause(
        [
            deviation("staff", "row 1", "none", "reached", 7),
            deviation("user", "row 1", "none", "reached", 7),
            deviation("user", "row 2", "none", "reached", 7),
            deviation("user", "row 3", "reached", "none", 7),
            deviation("anon", "row 1", "none", "reached", 6),
            deviation("staff", "", "3 rows", refused, 7),
            deviation("user", "", "14 rows", refused, 7),
        ]
    )
    assert [(c.personas, c.what, c.expected, c.place) for c in causes] == [
        (("staff", "user"), ("row 1", "row 2"), "none", "s.yml:7"),
        (("user",), ("row 3",), "reached", "s.yml:7"),
        (("anon",), ("row 1",), "none", "s.yml:6"),
        (("staff", "user"), ("",), "rows", "s.yml:7"),
    ]


def test_faults_of_some_objects_alone(admin: psycopg.Connection) -> None:
    only = frozenset({"public.user_settings", "api.my_settings"})
    proven = access.prove(admin, EXPECTED, Silent(), only)
    assert 5 < proven.noticed < 60
    assert proven.is_enough
    assert (proven.unnoticed, proven.stale, proven.explained) == ((), (), {})


def test_what_changed_since_a_revision(folder: Folder) -> None:
    """Files of objects, the tables of migrations, and what is expected of whom."""

    def git(*arguments: str) -> None:
        named = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", "-C", folder.root, *named, *arguments], check=True)

    def expectations(select: str, sample: str) -> None:
        folder.write("policies/expectations.yml", "predicates: {own: user_id = me}\n")
        text = "".join(
            f"  {name}: {{columns: [user_id], select: {{user: {rows}}}}}\n"
            for name, rows in (("a", "own"), ("b", select), ("c", "all"), ("d", "all"))
        )
        calls = f"functions:\n  f: {{}}\n  g: {{with: {{p: {sample}}}, gives: {{user: done}}}}\n"
        folder.write("policies/app/expectations.yml", f"tables:\n{text}{calls}")

    def changed() -> frozenset[str]:
        expected = expectation_files.load(folder.root)
        return chosen_objects.changed(folder.root, expected, "HEAD")

    expectations("all", "1")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    assert changed() == frozenset()
    folder.migration(1, "alter table app.c add column x integer references app.nowhere (id);")
    folder.write("policies/app/d.sql", "select 1;")
    folder.write("functions/app/f.sql", "select 1;")
    assert changed() == {"app.c", "app.d", "app.f"}
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    expectations("own", "2")
    folder.write("policies/app/expectations.yml", "# A line more.\n" + _text(folder))
    assert changed() == {"app.b", "app.g"}
    folder.write("policies/expectations.yml", "predicates: {own: owner_id = me}\n")
    assert changed() == {"app.a", "app.b", "app.g"}
    with pytest.raises(UsageError, match="git diff failed"):
        chosen_objects.changed(folder.root, expectation_files.load(folder.root), "no-such")


def _text(folder: Folder) -> str:
    return (folder.root / "policies/app/expectations.yml").read_text()


# The command


def test_the_matrix_as_its_users_see_it(cli: Callable[..., tuple[int, str, str]]) -> None:
    given = ("--project", str(REPOSITORY), "access", "matrix")
    code, _, error = cli(*given, "--only", "api.my_profile,api.my_profil")
    assert code == 2
    assert "api.my_profile" in error
    code, out, _ = cli(*given, "--json", "--only", "api.my_profile")
    assert code == 0
    assert '"deviations": []' in out
    assert '"name": "api.my_profile"' in out
