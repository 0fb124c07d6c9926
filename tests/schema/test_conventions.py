"""The rules of the house, checked in the catalog for every schema, later ones included.

The doctor checks access: see test_doctor.py.
"""

from __future__ import annotations

import re

import psycopg
import pytest

from dbtool.project import files
from dbtool.sql import errors_raised
from tests.support.database import Database
from tests.support.servers import REPOSITORY

PROJECT = files.load(REPOSITORY)
SCHEMAS = list(PROJECT.schemas)
# Written by Postgres itself for a range type.
_OWN_FUNCTIONS = """
    from pg_proc as p
    where p.pronamespace = any (%s::regnamespace[])
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
        )
"""


def _named(db: Database, query: str) -> list[str]:
    """First column of a query that takes the schemas; what it returns breaks a rule."""
    return [str(row[0]) for row in db.rows(query, [SCHEMAS])]


def test_every_table_has_a_policy_file(db: Database) -> None:
    stated = {d.object_name for d in PROJECT.declared if d.kind == "policy"}
    tables = _named(
        db,
        """
        select oid::regclass from pg_class
        where relnamespace = any (%s::regnamespace[]) and relkind in ('r', 'p')
            and not relispartition
        """,
    )
    names = {name if "." in name else f"public.{name}" for name in tables}
    assert names - stated == set()


def test_every_object_is_explained(db: Database) -> None:
    query = f"""
        select pg_describe_object(class, oid, 0)
        from (
            select 'pg_class'::regclass as class, c.oid from pg_class as c
            where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p', 'v')
                and not c.relispartition
            union all
            select 'pg_proc'::regclass, p.oid {_OWN_FUNCTIONS.replace("%s", "%s")}
            union all
            select 'pg_policy'::regclass, o.oid from pg_policy as o
            inner join pg_class as c on c.oid = o.polrelid and not c.relispartition
            union all
            select 'pg_namespace'::regclass, n.oid from pg_namespace as n
            where n.oid = any (%s::regnamespace[])
        ) as x
        where obj_description(oid, class::name) is null
    """
    rows = db.rows(query, [SCHEMAS] * 3)
    assert [row[0] for row in rows] == []


def test_the_comment_of_a_function_tells_its_callers(db: Database) -> None:
    comments = db.rows(
        f"select p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc') {_OWN_FUNCTIONS}",
        [SCHEMAS],
    )
    for name, comment in comments:
        assert "\nCaller: " in comment, name
        returns_nothing = name.startswith(("api.pre_request", "rbac.assert_"))
        assert returns_nothing or "\nReturns: " in comment, name


def test_the_comment_of_a_function_names_the_errors_it_raises(db: Database) -> None:
    comments: dict[str, str] = dict(
        db.rows(
            f"select p.pronamespace::regnamespace::text || '.' || p.proname, "
            f"obj_description(p.oid, 'pg_proc') {_OWN_FUNCTIONS}",
            [SCHEMAS],
        )
    )
    for file in PROJECT.declared:
        if file.kind != "function":
            continue
        comment = " ".join(comments[file.object_name].split())
        for raised in errors_raised.read(file.source.text):
            assert f"PT{raised.status} {raised.name}" in comment, file.object_name


def test_every_raise_has_a_stable_name_and_a_known_status() -> None:
    names: dict[str, int] = {}
    for file in PROJECT.declared:
        raises = re.findall(r"\braise\s+(?!sqlstate 'PT)\w+", file.source.text)
        assert not raises, (file.source.path, raises)
        for raised in errors_raised.read(file.source.text):
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", raised.name), file.source.path
            assert names.setdefault(raised.name, raised.status) == raised.status
            assert "\n" not in raised.message


def test_every_raise_says_what_is_wrong_and_what_to_do() -> None:
    texts = [migration.up.text for migration in PROJECT.migrations]
    texts += [d.source.text for d in PROJECT.declared if d.kind == "function"]
    raised = errors_raised.reference(texts)
    assert len(raised) > 150
    for error, functions in raised:
        # A message may begin with a value.
        assert re.fullmatch(r"[a-z{][^\n]*[^.\n]", error.message), (functions, error)
        assert re.fullmatch(r"[A-Z`][^\n]*[.}]", error.hint), (functions, error)


def test_names_say_what_a_thing_is(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select c.conname from pg_constraint as c
        inner join pg_class as t on t.oid = c.conrelid
        where c.connamespace = any (%s::regnamespace[]) and c.contype in ('p', 'f', 'u', 'c', 'x')
            and not t.relispartition
            and c.conname !~ (
                '^' || case c.contype when 'p' then 'pk' when 'f' then 'fk' when 'u' then 'uq'
                    when 'c' then 'ck' else 'ex' end || '_' || t.relname || '(_|$)'
            )
        """,
        )
        == []
    )
    assert (
        _named(
            db,
            """
        select i.indexrelid::regclass from pg_index as i
        inner join pg_class as t on t.oid = i.indrelid
        inner join pg_class as c on c.oid = i.indexrelid
        where t.relnamespace = any (%s::regnamespace[]) and not t.relispartition
            and not exists (select from pg_constraint where conindid = i.indexrelid)
            and c.relname !~ ('^idx_' || t.relname || '_')
        """,
        )
        == []
    )
    assert (
        _named(
            db,
            """
        select g.tgname from pg_trigger as g
        inner join pg_class as t on t.oid = g.tgrelid
        where not g.tgisinternal and t.relnamespace = any (%s::regnamespace[])
            and g.tgname !~ ('^trg_' || t.relname || '_')
        """,
        )
        == []
    )


def test_definer_functions_say_why(db: Database) -> None:
    rows = db.rows(
        f"select p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc') "
        f"{_OWN_FUNCTIONS} and p.prosecdef",
        [SCHEMAS],
    )
    assert rows
    for name, comment in rows:
        assert "\nDefiner, because" in comment, name


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def test_created_at_is_the_instant_whatever_the_sessions_zone(db: Database, zone: str) -> None:
    """timezone('UTC', now()) would be hours off; now() is not."""
    with db.connect() as connection:
        connection.execute("select set_config('timezone', %s, false)", [zone])
        rows = connection.execute(
            """
            with made as (
                insert into util.feature_flags (key, description) values ('zone', 'x')
                returning created_at, updated_at
            )
            select
                abs(extract(epoch from created_at) - extract(epoch from clock_timestamp())) < 60,
                abs(extract(epoch from updated_at) - extract(epoch from clock_timestamp())) < 60
            from made
            """
        ).fetchall()
    assert rows == [(True, True)]


def test_updated_at_cannot_be_forged(db: Database) -> None:
    db.rows("insert into util.feature_flags (key, description) values ('mine', 'x')")
    db.rows("update util.feature_flags set updated_at = '2000-01-01' where key = 'mine'")
    assert db.value("select updated_at > now() - interval '1 hour' from util.feature_flags")


def test_every_table_with_updated_at_keeps_it(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select c.oid::regclass from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attname = 'updated_at'
        where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p')
            and not exists (
                select from pg_trigger as t
                where t.tgrelid = c.oid and t.tgfoid = 'util.set_updated_at()'::regprocedure
            )
        """,
        )
        == []
    )


def test_timestamps_have_zones_and_text_is_text(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select c.oid::regclass || '.' || a.attname from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        inner join pg_type as t on t.oid = a.atttypid
        where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p')
            and not a.attisdropped
            and (t.typname in ('timestamp', 'varchar', 'bpchar', 'money', 'float4', 'float8')
                or t.typtype = 'e')
        """,
        )
        == []
    )


def test_clients_have_no_way_into_schemas_they_do_not_need(db: Database) -> None:
    with db.request() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table api.trap (id int)")
