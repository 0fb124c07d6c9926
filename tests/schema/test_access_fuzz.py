"""Random statements of everybody, into a database with a canary in every row of everybody else.

None may bring a canary out, in rows, errors or notices, and none may change a row of others.
DBTOOL_TEST_STATEMENTS says how many are tried, DBTOOL_TEST_SEED which.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from psycopg import sql

from dbtool.access import expectations, personas, probes
from dbtool.access.expectations import ALL, DENIED, NONE
from dbtool.access.matrix import Matrix
from dbtool.access.personas import Persona
from dbtool.db import connect
from dbtool.db.connect import identifier
from dbtool.server.cluster import Cluster
from tests.conftest import clone
from tests.database import Database
from tests.servers import REPOSITORY
from tests.statements import Target, statements

EXPECTED = expectations.load(REPOSITORY)
STATEMENTS = int(os.environ.get("DBTOOL_TEST_STATEMENTS", "3000"))
SEED = int(os.environ.get("DBTOOL_TEST_SEED", "1"))
_AT_ONCE = 50
_CANARY = re.compile(r"cnry[0-9a-f]{12}")
_TRESPASS = "ZZ001"
# What a permission lets its holder change of others, besides what the expectations say of tables.
_MAY_CHANGE = {
    "role.grant": ("rbac.user_roles", "rbac.role_grants_log", "rbac.roles"),
    "api_key.revoke_any": ("rbac.api_keys",),
    "feature_flag.manage": ("util.feature_flags",),
}


@dataclass(frozen=True)
class Cage:
    """A database with canaries, and who may see which."""

    db: Database
    people: tuple[Persona, ...]
    visible: dict[str, frozenset[str]]
    target: Target


@pytest.fixture(scope="module")
def cage(server: Cluster, demo_template: str) -> Iterator[Cage]:
    for db in clone(server, demo_template):
        with connect.connect(db.admin_url) as admin, admin.transaction():
            matrix = Matrix(admin, EXPECTED)
            people = tuple(
                p for p in matrix.personas if not p.is_refused and p.role != "service_role"
            )
            tables = [r for r in EXPECTED.relations.values() if r.kind == "table"]
            admin.execute("set local session_replication_role = replica")
            for table in tables:
                _put_canaries(admin, table.name)
            visible = {p.name: _visible(admin, p) for p in people}
            for table in tables:
                _guard(admin, table.name, table.owner)
            target = _target(admin)
        # Plans and statistics are part of what could leak.
        with psycopg.connect(db.admin_url, autocommit=True) as owner:
            owner.execute("analyze")
        # Ordinary people are most of the world.
        often = tuple(p for p in people if not p.permission) * 5
        yield Cage(db, people + often, visible, target)


def _put_canaries(admin: psycopg.Connection, table: str) -> None:
    """One canary a row, in every column that takes it."""
    key = probes.key_of(admin, table)
    columns = admin.execute(
        """
        select attname, atttypid::regtype::text from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            and atttypid::regtype::text in ('text', 'jsonb')
        """,
        [table],
    ).fetchall()
    canary = sql.SQL("'cnry' || left(md5({} || concat_ws('|', {})), 12)").format(
        sql.Literal(table), sql.SQL(", ").join(map(sql.Identifier, key))
    )
    for column, type_ in columns:
        if column in key:
            continue
        value = sql.SQL("jsonb_build_object('is', {})" if type_ == "jsonb" else "{}").format(canary)
        try:
            with admin.transaction():
                admin.execute(
                    sql.SQL("update {} set {} = {}").format(
                        identifier(table), sql.Identifier(column), value
                    )
                )
        except psycopg.errors.IntegrityError:
            continue  # a column that takes only some words


def _visible(admin: psycopg.Connection, persona: Persona) -> frozenset[str]:
    """The canaries of the rows that a persona may see, by the expectations."""
    found: set[str] = set()
    for relation in EXPECTED.relations.values():
        allowed = relation.may("select", persona.callers)
        if allowed.rows in (DENIED, NONE):
            continue
        rows = admin.execute(
            sql.SQL(
                "select t::text from {} as t cross join (select {}::uuid as me) as persona where {}"
            ).format(
                identifier(relation.of),
                sql.Literal(persona.user_id),
                sql.SQL("true" if allowed.rows == ALL else allowed.rows),
            )
        )
        found.update(canary for (text,) in rows for canary in _CANARY.findall(text))
    return frozenset(found)


def _guard(admin: psycopg.Connection, table: str, owner: str) -> None:
    """Triggers that end any statement which touches a row of others."""
    name = table.replace(".", "_")
    mine = (
        sql.SQL("coalesce({}::text = current_setting('fuzz.me', true), false)").format(
            sql.SQL("v_row.{}").format(sql.Identifier(owner))
        )
        if owner
        else sql.SQL("false")
    )
    admin.execute(
        sql.SQL(
            """
            create function public.{guard}() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
            as $$
            declare
                v_row {table};
            begin
                if {table_name} = any (string_to_array(current_setting('fuzz.may', true), ',')) then
                    return null;
                end if;
                if tg_op <> 'TRUNCATE' then
                    if tg_op <> 'INSERT' then
                        v_row := old;
                        if not {mine} then
                            raise sqlstate 'ZZ001' using message = 'a row of others was touched';
                        end if;
                    end if;
                    if tg_op <> 'DELETE' then
                        v_row := new;
                        if not {mine} then
                            raise sqlstate 'ZZ001' using message = 'a row was made for others';
                        end if;
                    end if;
                    return null;
                end if;
                raise sqlstate 'ZZ001' using message = 'truncated';
            end;
            $$;
            create trigger zz_fuzz after insert or update or delete on {table}
            for each row execute function public.{guard}();
            create trigger zz_fuzz_truncate after truncate on {table}
            for each statement execute function public.{guard}();
            """
        ).format(
            guard=sql.Identifier(f"fuzz_{name}"),
            table=identifier(table),
            table_name=sql.Literal(table),
            mine=mine,
        )
    )


def _target(admin: psycopg.Connection) -> Target:
    schemas = ["public", "rbac", "util", "api"]
    relations: dict[str, dict[str, str]] = {}
    writable: dict[str, list[str]] = {}
    columns = admin.execute(
        """
        select n.nspname || '.' || c.relname, a.attname, a.atttypid::regtype::text,
            exists (
                select from unnest(array['authenticated', 'staff']) as r
                where has_column_privilege(r, c.oid, a.attnum, 'insert')
                    or has_column_privilege(r, c.oid, a.attnum, 'update')
            )
        from pg_attribute as a
        inner join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v')
        inner join pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = any (%s) and a.attnum > 0 and not a.attisdropped
        order by 1, a.attnum
        """,
        [[*schemas, "auth"]],
    )
    for name, column, type_, is_writable in columns:
        relations.setdefault(name, {})[column] = type_
        if is_writable:
            writable.setdefault(name, []).append(column)
    reachable = [
        r.name
        for r in EXPECTED.relations.values()
        if any(caller != "service" for caller in r.allowed["select"])
    ]
    rows = admin.execute(
        """
        select
            n.nspname || '.' || p.proname,
            coalesce(p.proargnames[1:p.pronargs], array_fill(''::text, array[p.pronargs::int])),
            array(select t::regtype::text from unnest(p.proargtypes) as t)
        from pg_proc as p
        inner join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname = any (%s) and p.proname not like 'fuzz%%' and p.prokind = 'f'
            and p.prorettype <> 'trigger'::regtype
        """,
        [[*schemas, "auth"]],
    ).fetchall()
    functions = {name: dict(zip(names, types, strict=True)) for name, names, types in rows}
    ids = admin.execute(
        """
        select id::text from (select id from public.profiles order by id limit 12) as p
        union all (select id::text from rbac.api_keys order by id limit 4)
        union all (select id::text from public.profile_links order by id limit 4)
        union all (select id::text from rbac.roles order by name limit 3)
        union all select gen_random_uuid()::text
        """
    ).fetchall()
    return Target(relations, reachable, writable, functions, [row[0] for row in ids])


def test_nobody_sees_or_touches_what_is_anothers(cage: Cage) -> None:
    print(f"DBTOOL_TEST_SEED={SEED} DBTOOL_TEST_STATEMENTS={STATEMENTS}")  # noqa: T201 (shown where it fails)
    tried: dict[str, int] = {}
    succeeded = 0
    strategy = statements(cage.target)
    notices: list[str] = []
    url = cage.db.server.url("authenticator", cage.db.name)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        connection.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))

        @seed(SEED)
        @settings(
            max_examples=max(STATEMENTS // _AT_ONCE, 1),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(st.data())
        def attack(data: DataObject) -> None:
            nonlocal succeeded
            persona = data.draw(st.sampled_from(cage.people))
            batch = data.draw(st.lists(strategy, min_size=_AT_ONCE, max_size=_AT_ONCE))
            may = ",".join(_MAY_CHANGE.get(persona.permission, ()))
            connection.execute(b"begin; set local statement_timeout = '5s'")
            try:
                connection.execute(
                    personas.preamble(persona.claims, asks=not persona.has_hook_only)
                )
                connection.execute(
                    sql.SQL(
                        "select set_config('fuzz.me', {}, true), set_config('fuzz.may', {}, true)"
                    ).format(sql.Literal(str(persona.user_id)), sql.Literal(may))
                )
                for statement in batch:
                    succeeded += _try(connection, cage, persona, statement, notices)
                    tried[persona.name] = tried.get(persona.name, 0) + 1
            finally:
                connection.execute(b"rollback")

        attack()
    print(f"{succeeded} of {sum(tried.values())} were done")  # noqa: T201
    assert tried.keys() == {p.name for p in cage.people} or STATEMENTS < 20_000
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
        assert error.sqlstate != _TRESPASS, (persona.name, statement, str(error))
        d = error.diag
        said += [str(error), d.message_detail or "", d.message_hint or "", d.context or ""]
    connection.execute(b"rollback to one; release one")
    escaped = set(_CANARY.findall("\n".join([*said, *notices]))) - cage.visible[persona.name]
    assert not escaped, (persona.name, statement, sorted(escaped))
    return is_done
