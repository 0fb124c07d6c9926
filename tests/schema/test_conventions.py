"""The rules of the house, checked in the catalog for every schema, those to come included."""

from __future__ import annotations

import re

import psycopg
import pytest

from dbtool.project import files
from dbtool.sql import errors_raised
from tests.database import Database
from tests.servers import REPOSITORY

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


def test_every_table_has_row_level_security(db: Database) -> None:
    query = """
        select oid::regclass from pg_class
        where relnamespace = any (%s::regnamespace[]) and relkind in ('r', 'p')
            and not relrowsecurity
    """
    assert _named(db, query) == []
    db.rows("create table util.open (id int)")
    assert _named(db, query) == ["util.open"]


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


def test_every_foreign_key_has_an_index_that_leads_with_it(db: Database) -> None:
    query = """
        select c.conrelid::regclass || ' ' || c.conname from pg_constraint as c
        where c.contype = 'f' and c.connamespace = any (%s::regnamespace[])
            and not exists (
                select from pg_index as i
                where i.indrelid = c.conrelid and i.indisvalid
                    and (
                        i.indpred is null
                        or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'
                    )
                    and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
            )
    """
    assert _named(db, query) == []
    db.rows("drop index rbac.idx_user_roles_assigned_by")
    assert _named(db, query) == ["rbac.user_roles fk_user_roles_assigned_by"]


def test_every_column_that_a_policy_compares_leads_an_index(db: Database) -> None:
    query = """
        select distinct p.polrelid::regclass || '.' || a.attname
        from pg_policy as p
        inner join pg_class as c on c.oid = p.polrelid
        inner join pg_depend as d
            on d.classid = 'pg_policy'::regclass and d.objid = p.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid
            and d.refobjsubid > 0
        inner join pg_attribute as a on a.attrelid = p.polrelid and a.attnum = d.refobjsubid
        where c.relnamespace = any (%s::regnamespace[]) and p.polcmd <> 'a'
            and a.atttypid <> 'boolean'::regtype
            and not exists (
                select from pg_index as i
                where i.indrelid = p.polrelid and i.indkey[0] = a.attnum
            )
    """
    assert _named(db, query) == []


def test_names_say_what_a_thing_is(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select c.conname from pg_constraint as c
        inner join pg_class as t on t.oid = c.conrelid
        where c.connamespace = any (%s::regnamespace[]) and c.contype in ('p', 'f', 'u', 'c', 'x')
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
        where t.relnamespace = any (%s::regnamespace[])
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


def test_functions_name_everything_and_belong_to_no_one_else(db: Database) -> None:
    query = f"""
        select p.oid::regprocedure {_OWN_FUNCTIONS}
            and coalesce(array_to_string(p.proconfig, ','), '') <> 'search_path=pg_catalog, pg_temp'
    """
    assert _named(db, query) == []
    public = f"""
        select p.oid::regprocedure {_OWN_FUNCTIONS}
            and has_function_privilege('public', p.oid, 'execute')
    """
    assert _named(db, public) == []


def test_definer_functions_say_why(db: Database) -> None:
    rows = db.rows(
        f"select p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc') "
        f"{_OWN_FUNCTIONS} and p.prosecdef",
        [SCHEMAS],
    )
    assert rows
    for name, comment in rows:
        assert "\nDefiner, because" in comment, name


def test_no_client_holds_more_than_it_should(db: Database) -> None:
    for privilege in ("truncate", "references", "trigger"):
        assert (
            _named(
                db,
                f"""
            select c.oid::regclass || ' ' || r.rolname
            from pg_class as c
            cross join pg_roles as r
            where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p', 'v')
                and r.rolname in ('anon', 'authenticated', 'staff', 'service_role')
                and has_table_privilege(r.oid, c.oid, '{privilege}')
            """,
            )
            == []
        )
    owner_columns = """
        select c.oid::regclass || '.' || a.attname
        from pg_class as c
        inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        cross join pg_roles as r
        where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p')
            and r.rolname in ('anon', 'authenticated', 'staff')
            and a.attname in ('user_id', 'created_at', 'status', 'is_listed', 'erased_at')
            and (
                has_column_privilege(r.oid, c.oid, a.attnum, 'update')
                or (
                    has_column_privilege(r.oid, c.oid, a.attnum, 'insert')
                    and c.relnamespace <> 'util'::regnamespace
                )
            )
    """
    assert _named(db, owner_columns) == []


def test_nothing_is_granted_to_public(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select c.oid::regclass from pg_class as c
        cross join lateral aclexplode(c.relacl) as a
        where c.relnamespace = any (%s::regnamespace[]) and a.grantee = 0
        """,
        )
        == []
    )


def test_every_grant_and_policy_of_authenticated_has_its_twin_for_staff(db: Database) -> None:
    """Judged by the catalog, as the lint judges the files."""
    grants = """
        select distinct x.what from (
            select c.oid::regclass || ' ' || p.privilege || ' ' || a.attname as what,
                has_column_privilege('authenticated', c.oid, a.attnum, p.privilege) as users,
                has_column_privilege('staff', c.oid, a.attnum, p.privilege) as staff
            from pg_class as c
            inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
            cross join unnest('{select,insert,update}'::text[]) as p (privilege)
            where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'p', 'v')
                and not a.attisdropped
        ) as x
        where x.users and not x.staff
    """
    assert _named(db, grants) == []
    functions = f"""
        select p.oid::regprocedure {_OWN_FUNCTIONS}
            and has_function_privilege('authenticated', p.oid, 'execute')
            and not has_function_privilege('staff', p.oid, 'execute')
    """
    assert _named(db, functions) == []
    policies = """
        select p.polrelid::regclass || ' ' || p.polname from pg_policy as p
        inner join pg_class as c on c.oid = p.polrelid
        where c.relnamespace = any (%s::regnamespace[])
            and 'authenticated'::regrole = any (p.polroles)
            and not exists (
                select from pg_policy as s
                where s.polrelid = p.polrelid and s.polcmd = p.polcmd
                    and 'staff'::regrole = any (s.polroles)
            )
    """
    assert _named(db, policies) == []
    db.rows("drop policy user_settings_update_staff on public.user_settings")
    assert _named(db, policies) == ["user_settings user_settings_update_own"]


def test_one_policy_a_command_and_role_and_always_a_check(db: Database) -> None:
    assert (
        _named(
            db,
            """
        select p.polrelid::regclass || ' ' || r || ' ' || p.polcmd::text
        from pg_policy as p
        inner join pg_class as c on c.oid = p.polrelid
        cross join unnest(p.polroles) as r
        where c.relnamespace = any (%s::regnamespace[]) and p.polpermissive
        group by p.polrelid, r, p.polcmd having count(*) > 1
        """,
        )
        == []
    )
    assert (
        _named(
            db,
            """
        select p.polname from pg_policy as p
        inner join pg_class as c on c.oid = p.polrelid
        where c.relnamespace = any (%s::regnamespace[]) and p.polpermissive
            and (0 = any (p.polroles) or p.polcmd = '*'
                or (p.polcmd in ('a', 'w') and p.polwithcheck is null))
        """,
        )
        == []
    )


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
