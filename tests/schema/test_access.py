"""The access matrix: the database is as expected, and what is not so shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from dbtool.access import expectation_files
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.mutation import mutants
from dbtool.access.mutation import run as mutation
from dbtool.commands import migrate
from dbtool.commands.verify import own_objects
from dbtool.db import catalog, connect
from dbtool.errors import FileError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Silent
from dbtool.runner.result import Options
from tests.support.database import LEARNER, OTHER_LEARNER, Database
from tests.support.servers import REPOSITORY
from tests.support.soak import Soak
from tests.support.supabase import Host

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


@pytest.mark.parametrize("old_grants", [True, False], ids=["old-grants", "new-grants"])
def test_the_same_stands_where_supabase_prepared_the_database(
    admin: psycopg.Connection, host: Host, old_grants: bool
) -> None:
    """Grants, policies and all else: what the matrix says of one it says of the other."""
    there = host.database(old_grants)
    settings = Settings(REPOSITORY, there.url)
    platform.prepare(REPOSITORY, there.url, there.owner, Silent())
    migrate.migrate(settings, Options(), Silent())
    project = files.load(REPOSITORY)
    with connect.connect(there.admin_url) as connection:
        expected, found = (
            own_objects(catalog.read(c, project.schemas), project) for c in (admin, connection)
        )
    assert catalog.compare(expected, found) == []
    assert len(found) > 2000


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
    for file in REPOSITORY.glob("policies/*/access.yml"):
        there = tmp_path / file.relative_to(REPOSITORY)
        there.parent.mkdir(parents=True)
        there.write_text(file.read_text().replace(*change))
    with pytest.raises(FileError, match="Postgres refuses") as caught:
        list(Matrix(admin, expectation_files.load(tmp_path)).run())
    assert caught.value.path.endswith("access.yml")
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
            "no such column: y",
        ),
        ("functions:\n  f:\n    execute: [user]\n", 2, "no call says with whose ids"),
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
        ("functions:\n  f: {execute: user}\n", 2, "a list of names"),
        ("functions:\n  f: {execute: [role.grant]}\n", 2, "no database role's caller"),
        ("functions:\n  f: {execute: [user], calls: [{with: {}}]}\n", 2, "gives something"),
        ("functions:\n  f: {execute: [user], calls: 5}\n", 2, "calls are a list"),
        ("survivors: {x: 5}\n", 1, "no reason"),
        ("tables:\n  a: {columns: [x], sample: {x: 2026-13-45}}\n", 1, "not YAML"),
    ],
)
def test_an_expectation_that_means_nothing_is_named(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    file = tmp_path / "policies/s/access.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(FileError, match=message) as caught:
        expectation_files.load(tmp_path)
    assert caught.value.path == "policies/s/access.yml"
    assert abs((caught.value.line or 0) - line) <= 1


def test_no_expectations_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no expectations"):
        expectation_files.load(tmp_path)


# The command


def test_the_matrix_as_its_users_see_it(cli: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = cli("--project", str(REPOSITORY), "access", "matrix", "--json")
    assert code == 0
    assert '"deviations": []' in out
    assert '"name": "api.my_profile"' in out
