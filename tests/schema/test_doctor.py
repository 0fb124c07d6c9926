"""Each check finds what its page calls wrong, and nothing once it is mended as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
import pytest

from dbtool.commands import doctor
from dbtool.db import checks
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Silent
from tests.support.database import Database
from tests.support.servers import REPOSITORY

PAGES = REPOSITORY / "docs" / "reference" / "doctor"
NUMBERS = [check.number for check in checks.known()]
BY_NUMBER = {check.number: check for check in checks.known()}
_FENCE = re.compile(r"```sql(?P<admin> admin)?\n(?P<text>.*?)```", re.S)

# What each page's wrong example makes its check say: object and detail.
CASES: dict[str, set[tuple[str, str]]] = {
    "D01": {("public.notes", "row level security is off")},
    "D02": {
        ("public.visits_202601", "row level security is off"),
        ("public.visits_202601", "no restrictive policy denies everything"),
        ("public.visits_202601", "select is granted to authenticated"),
    },
    "D03": {
        (
            "truncate on public.profiles to authenticated",
            "empties the table whatever its policies say",
        )
    },
    "D04": {
        (
            "execute on public.ping()",
            "every role may call it: Postgres' own default, which nothing has revoked",
        )
    },
    "D05": {
        (
            "create on schema api to authenticated",
            "could plant functions, operators and tables that others then use",
        )
    },
    "D06": {
        (
            "usage on sequence public.ticket_numbers to authenticated",
            "tells how many rows there are, and can be moved",
        )
    },
    "D07": {
        ("update on public.profiles.status to authenticated", "a client can choose its own status"),
        ("update on public.profiles.status to staff", "a client can choose its own status"),
    },
    "D08": {
        ("default on tables in schema public by package_owner to anon", "given at creation: select")
    },
    "D09": {("notes_select_any on public.notes", "it is for public")},
    "D10": {
        (
            "notes_all_staff on public.notes",
            "it is for all: a row that may be read may be changed and deleted",
        )
    },
    "D11": {("select on public.notes to staff", "notes_select_manager, notes_select_own")},
    "D12": {
        (
            "delete on public.user_settings to authenticated",
            "no policy of the table lets this role delete",
        ),
        ("delete on public.user_settings to staff", "no policy of the table lets this role delete"),
    },
    "D13": {
        (
            "user_settings_delete_own on public.user_settings",
            "authenticated lacks the privilege",
        )
    },
    "D14": {("notes_select_staff on public.notes", "auth.uid() runs for every row")},
    "D15": {
        ("select on public.notes", "staff lack it on id, user_id, body"),
        ("notes_select_own on public.notes", "staff have no policy for the same command"),
    },
    "D16": {("api.names", "not security_invoker, and open to authenticated, staff")},
    "D17": {("public.ping()", "security definer, without a search_path")},
    "D18": {("api.ping()", "security definer in api, which clients call directly")},
    "D19": {("reporting", "has BYPASSRLS and privileges on 1 tables and can log in")},
    "D20": {("analyst in staff", "only authenticator and administrators may become staff")},
    "D21": {
        (
            f"changes: public.{table}",
            "subscribers get its rows past every policy of this database",
        )
        for table in ("profiles", "user_settings")
    },
    "D22": {("public.notes.user_id", "compared by notes_select_staff")},
    "D23": {
        (
            "public.notes fk_notes_profile",
            "FOREIGN KEY (profile_id) REFERENCES public.profiles(id)",
        )
    },
    "D24": {
        (
            "public.idx_profiles_display_name",
            "of no use to anon, authenticated, staff on public.profiles: not leakproof is "
            "function lower(text)",
        )
    },
}


def _examine(db: Database, *only: str) -> doctor.Examined:
    return doctor.doctor(Settings(REPOSITORY, db.url), only or NUMBERS, Silent())


def _found(db: Database, *only: str) -> set[tuple[str, str]]:
    return {(f.object, f.detail) for f in _examine(db, *only).findings}


def _run(db: Database, text: str, admin: bool = False) -> None:
    with psycopg.connect(db.admin_url if admin else db.url, autocommit=True) as connection:
        connection.execute(text)


def _example(number: str, section: str) -> tuple[str, bool]:
    page = (REPOSITORY / BY_NUMBER[number].page).read_text("utf-8")
    part = page.partition(f"## {section}\n")[2].partition("\n## ")[0]
    match = _FENCE.search(part)
    assert match, (number, section)
    return match["text"], bool(match["admin"])


@contextmanager
def _passing_roles(db: Database) -> Iterator[None]:
    """Roles belong to the cluster, which other tests use too: those that a test made go again."""
    query = "select rolname from pg_roles"
    before = {name for (name,) in db.rows(query)}
    try:
        yield
    finally:
        with psycopg.connect(db.admin_url, autocommit=True) as connection:
            for (name,) in connection.execute(query).fetchall():
                if name not in before:
                    role = psycopg.sql.Identifier(name)
                    connection.execute(psycopg.sql.SQL("drop owned by {}").format(role))
                    connection.execute(psycopg.sql.SQL("drop role {}").format(role))


def test_every_check_has_its_page_and_its_case_and_the_other_way_round() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS)
    assert set(CASES) == set(NUMBERS)
    pages = {f"docs/reference/doctor/{path.name}" for path in PAGES.glob("D*.md")}
    assert pages == {check.page for check in checks.known()}
    index = (PAGES / "README.md").read_text("utf-8")
    for check in checks.known():
        page = (REPOSITORY / check.page).read_text("utf-8")
        assert page.startswith(f"# {check.number} {check.name}\n\n{check.title}\n\n## Why\n")
        assert f"## How to mend\n\n`{check.remedy}`\n" in page
        assert f"| [{check.number}]({check.number}-{check.name}.md) | {check.title} |" in index


@pytest.mark.every_server("checks judge the server's node trees")
def test_the_package_itself_has_no_findings(db: Database) -> None:
    assert _found(db) == set()


@pytest.mark.every_server("checks judge the server's node trees")
@pytest.mark.parametrize("number", NUMBERS)
def test_the_check_finds_what_its_page_calls_wrong_and_nothing_once_mended(
    db: Database, number: str
) -> None:
    with _passing_roles(db):
        _run(db, *_example(number, "Wrong"))
        assert _found(db, number) == CASES[number]
        _run(db, *_example(number, "Right"))
        assert _found(db) == set()


# What a check could overlook: the statements, and what it says of them.
JOURNAL = """
    create table public.visits (
        user_id uuid not null, created_at timestamptz not null,
        constraint pk_visits primary key (user_id, created_at)
    ) partition by range (created_at);
"""
NOTES = """
    create table public.notes (id uuid primary key, user_id uuid, body text);
    create index idx_notes_user_id on public.notes (user_id);
    alter table public.notes enable row level security;
    grant select, insert on public.notes to staff;
"""
OVERLOOKED: list[tuple[str, str, set[str]]] = [
    ("D01", JOURNAL, {"public.visits"}),
    (
        "D01",
        "create materialized view public.m as select id from public.profiles; "
        "grant select on public.m to anon;",
        {"public.m"},
    ),
    (
        "D03",
        JOURNAL + "grant trigger on public.visits to public;",
        {"trigger on public.visits to public"},
    ),
    (
        "D03",
        "grant references (id) on public.profiles to anon;",
        {"references on public.profiles.id to anon"},
    ),
    ("D04", "grant select (id) on public.profiles to public;", {"select on public.profiles.id"}),
    (
        "D04",
        "create view api.v as select 1 as a; grant select on api.v to public;",
        {"select on api.v"},
    ),
    ("D05", "grant usage on schema util to public;", {"usage on schema util to public"}),
    (
        "D07",
        JOURNAL + "grant insert on public.visits to anon;",
        {"insert on public.visits.user_id to anon"},
    ),
    (
        "D08",
        "alter default privileges grant all on tables to authenticated;",
        {"default on tables by package_owner to authenticated"},
    ),
    (
        "D09",
        JOURNAL + "create policy p on public.visits using (true);",
        {"p on public.visits"},
    ),
    (
        "D10",
        NOTES + "create policy p on public.notes for update to staff using (user_id is null);",
        {"p on public.notes"},
    ),
    (
        "D11",
        NOTES + "create policy p on public.notes for all to staff using (true); "
        "create policy q on public.notes for select using (true);",
        {"select on public.notes to staff"},
    ),
    ("D12", NOTES, {"select on public.notes to staff", "insert on public.notes to staff"}),
    (
        "D13",
        NOTES + "grant update, delete on public.notes to staff;"
        "create policy p on public.notes for delete to staff using (user_id is null);",
        {"p on public.notes"},
    ),
    (
        "D15",
        "grant usage on schema rbac to authenticated; revoke usage on schema rbac from staff;",
        {"usage on schema rbac"},
    ),
    (
        "D15",
        "revoke execute on function rbac.has_permission(uuid, text) from staff;",
        {"execute on rbac.has_permission(uuid,text)"},
    ),
    (
        "D16",
        "create view util.v with (security_invoker = off) as select id from public.profiles; "
        "grant update (id) on util.v to anon;",
        {"util.v"},
    ),
    (
        "D17",
        "create function util.f() returns int language sql set search_path = '' return 1;",
        {"util.f()"},
    ),
    (
        "D22",
        NOTES + "drop index public.idx_notes_user_id; "
        "create index idx_notes_user_id on public.notes (user_id) where body is not null; "
        "create policy p on public.notes for select to staff using (user_id is null);",
        {"public.notes.user_id"},
    ),
    (
        "D23",
        NOTES + "alter table public.notes add constraint fk foreign key (user_id) "
        "references public.profiles (id); drop index public.idx_notes_user_id; "
        "create index idx_notes_user_id on public.notes using hash (user_id);",
        {"public.notes fk"},
    ),
]
INDEXES = [
    ("gin (to_tsvector('simple', bio))", True),
    ("gin (tags)", True),
    ("gin (data)", True),
    ("gin (words)", True),
    ("(price)", True),
    ("(mood)", True),
    ("(data)", True),
    ("(bio)", False),
    ("(bio text_pattern_ops)", True),
    ("(id)", False),
    ("(at desc)", False),
    ("(day)", False),
    ("(n) include (price)", False),
    ("using brin (at)", False),
    ("(is_open) where price > 1", False),
]


@pytest.mark.parametrize(("number", "statements", "objects"), OVERLOOKED)
def test_the_check_is_not_fooled(
    db: Database, number: str, statements: str, objects: set[str]
) -> None:
    _run(db, statements)
    assert {name for name, _ in _found(db, number)} == objects


# A policy's condition, and what is said of it.
CONDITIONS = [
    ("user_id = (select auth.uid())", set()),
    ("user_id = any(array(select rbac.scope_ids('course', 'x')))", set()),
    ("(select rbac.has_permission((select auth.uid()), 'x'))", set()),
    ("(select rbac.has_permission(auth.uid(), 'x'))", set()),
    ("length(body) > 1 and now() > '2026-01-01' and body is not null", set()),
    ("body = '{FUNCEXPR :funcid 1 {}' or user_id = (select auth.uid())", set()),
    (
        "user_id is null or (user_id = (select auth.uid()) and rbac.is_staff((select auth.uid())))",
        {"rbac.is_staff(uuid) runs for every row"},
    ),
    (
        "(select rbac.is_staff(user_id))",
        {"rbac.is_staff(uuid) is given a column, so it runs for every row"},
    ),
    (
        "exists (select from public.profiles as p where rbac.is_staff(p.id))",
        {"rbac.is_staff(uuid) is given a column, so it runs for every row"},
    ),
    (
        "(select true) and user_id = auth.uid()",
        {"auth.uid() runs for every row"},
    ),
    (
        "random() < 0.5",
        {"random() is volatile: it runs for every row and may change things"},
    ),
    (
        "(select clock_timestamp()) > '2026-01-01'",
        {"clock_timestamp() is volatile: it runs for every row and may change things"},
    ),
]


@pytest.mark.parametrize(("condition", "details"), CONDITIONS)
@pytest.mark.parametrize("clause", ["select to staff using", "insert to staff with check"])
def test_bare_calls_are_told_from_wrapped_ones(
    db: Database, clause: str, condition: str, details: set[str]
) -> None:
    _run(db, NOTES + f'create policy "a {{ b" on public.notes for {clause} ({condition});')
    assert _found(db, "D14") == {('"a { b" on public.notes', detail) for detail in details}


@pytest.mark.every_server("checks judge the server's node trees")
@pytest.mark.parametrize(("definition", "is_unusable"), INDEXES)
def test_indexes_are_judged_by_their_operators(
    db: Database, definition: str, is_unusable: bool
) -> None:
    method = definition if definition.startswith(("using", "(")) else f"using {definition}"
    _run(
        db,
        f"""
        create type public.mood as enum ('good');
        create table public.things (
            id uuid primary key, bio text, tags uuid[], data jsonb, words tsvector,
            price numeric unique, mood public.mood, at timestamptz, day date, n bigint,
            is_open boolean, user_id uuid
        );
        create index idx_things_user_id on public.things (user_id);
        alter table public.things enable row level security;
        grant select on public.things to staff;
        create index idx_things_x on public.things {method};
        """,
    )
    assert _found(db, "D24") == set()  # without a policy nobody is kept from it
    _run(db, "create policy p on public.things for select to staff using (true)")
    assert _found(db, "D24") == set()
    _run(db, "alter policy p on public.things using (user_id = (select auth.uid()))")
    found = {name for name, _ in _found(db, "D24")}
    assert found == ({"public.idx_things_x"} if is_unusable else set())


def test_partitions_of_months_to_come_are_closed(db: Database) -> None:
    _run(
        db,
        """
        alter default privileges in schema public grant all on tables to anon, authenticated;
        create table public.visits (
            user_id uuid not null, created_at timestamptz not null,
            constraint pk_visits primary key (user_id, created_at)
        ) partition by range (created_at);
        alter table public.visits enable row level security;
        revoke all on public.visits from anon, authenticated;
        insert into util.partitioned_tables (parent_name) values ('public.visits');
        select util.ensure_partitions();
        select util.ensure_partitions('2031-05-15');
        """,
    )
    assert db.value("select count(*) from pg_inherits where inhparent = 'visits'::regclass") == 14
    assert {name for name, _ in _found(db) if not name.startswith("default on")} == set()
    _run(db, "drop policy visits_203108_all_nobody on public.visits_203108")
    _run(db, "grant select (user_id) on public.visits_203109 to service_role")
    assert _found(db, "D02") == {
        ("public.visits_203108", "no restrictive policy denies everything"),
        ("public.visits_203109", "select is granted to service_role"),
    }


@pytest.mark.every_server("checks judge the server's node trees")
@pytest.mark.parametrize(
    ("statements", "objects"),
    [
        ("create role one; grant one to authenticator", {"authenticator in one"}),
        ("create role one; grant one to anon", {"anon in one"}),
        ("create role one; grant service_role to one", {"one in service_role"}),
        ("create role one; grant anon to one", set()),
        ("create role one createrole; grant staff to one", set()),
    ],
)
def test_memberships_are_seen(db: Database, statements: str, objects: set[str]) -> None:
    with _passing_roles(db):
        _run(db, statements, admin=True)
        assert {name for name, _ in _found(db, "D20")} == objects


def test_client_roles_do_not_log_in_and_authenticator_does_not_inherit(db: Database) -> None:
    try:
        _run(db, "alter role anon login; alter role authenticator inherit", admin=True)
        _run(db, "revoke staff from authenticator", admin=True)
        assert {name for name, _ in _found(db, "D20")} == {
            "anon logs in",
            "authenticator inherits",
            "authenticator in staff",
        }
    finally:
        _run(db, "alter role anon nologin; alter role authenticator noinherit", admin=True)
        _run(db, "grant staff to authenticator", admin=True)


def test_a_bypass_without_privileges_is_no_way_in_and_a_superuser_needs_none(db: Database) -> None:
    with _passing_roles(db):
        _run(db, "create role one bypassrls; create role two superuser", admin=True)
        assert _found(db, "D19") == {("two", "is a superuser")}
        _run(db, "grant pg_read_all_data to one", admin=True)
        assert {name for name, _ in _found(db, "D19")} == {"one", "two"}


def test_a_schema_exposed_beside_api_is_seen(db: Database) -> None:
    role_in_database = "alter role authenticator in database {} set pgrst.db_schemas = {}"
    for schemas, objects in (
        ("api", set()),
        ("api, util,public", {"schema util", "schema public"}),
    ):
        with psycopg.connect(db.admin_url, autocommit=True) as connection:
            connection.execute(
                psycopg.sql.SQL(role_in_database).format(
                    psycopg.sql.Identifier(db.name), psycopg.sql.Literal(schemas)
                )
            )
            assert checks.exposed_schemas(connection) == tuple(schemas.replace(" ", "").split(","))
        exposed = {name for name, _ in _found(db, "D18") if name.startswith("schema ")}
        assert exposed == objects


def test_a_publication_of_a_schema_sends_all_its_tables(db: Database) -> None:
    _run(db, "create publication p for tables in schema rbac", admin=True)
    assert "p: rbac.api_keys" in {name for name, _ in _found(db, "D21")}


@pytest.mark.every_server("checks judge the server's node trees")
def test_maintain_is_seen_where_there_is_such_a_privilege(db: Database) -> None:
    known = db.value("select current_setting('server_version_num')::int >= 170000")
    with nullcontext() if known else pytest.raises(psycopg.errors.SyntaxError):
        _run(db, "grant maintain on public.profiles to service_role")
    objects = {"maintain on public.profiles to service_role"} if known else set()
    assert {name for name, _ in _found(db, "D03")} == objects


def test_a_database_without_the_package_can_be_asked(bare_db: Database) -> None:
    schemas = files.load(REPOSITORY).schemas
    with psycopg.connect(bare_db.admin_url, autocommit=True) as connection:
        for check in checks.known():
            checks.run(connection, check, schemas)
