"""Rows for the personas to be tried on, beside the demo world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from dbtool.access.expectations import Function, Relation
from dbtool.access.personas import ADMINISTRATOR, COURSE, LEARNER, Persona
from dbtool.db.connect import Connection, identifier
from dbtool.errors import FileError

_TOKEN = re.compile(r"\$(me|other|new)\b")
_PERSONAL = re.compile(r"\b(me|new)\b")


def permissions(connection: Connection, is_populated: bool = False) -> list[str]:
    """Names of all permissions.

    Args:
        connection: Any.
        is_populated: `populate` was here: not the permission that is a sample.
    """
    rows = connection.execute(
        """
        select p.name from rbac.permissions as p
        where
            not %s
            or exists (
                select from rbac.roles as r where r.name = 'matrix_' || replace(p.name, '.', '_')
            )
        order by p.name
        """,
        [is_populated],
    ).fetchall()
    return [str(name) for (name,) in rows]


def populate(
    connection: Connection, relations: Iterable[Relation], personas: Iterable[Persona]
) -> None:
    """Make the personas that the demo world lacks, and give everyone a row in every table.

    Args:
        connection: An administrator's, in a transaction.
        relations: Their samples are the rows.
        personas: Everybody.
    """
    people = [persona for persona in personas if persona.user_id]
    for persona in people:
        connection.execute(
            "insert into auth.users (id, email) values (%s, %s) on conflict (id) do nothing",
            [persona.user_id, f"{persona.user_id}@example.com"],
        )
        if persona.is_staff:
            _give_role(connection, persona)
    for relation in relations:
        with blamed(relation):
            for persona in people if _is_personal(relation) else people[:1]:
                row = values(relation.sample, persona)
                # Not ON CONFLICT, which deferrable constraints do not allow.
                with suppress(psycopg.errors.UniqueViolation), connection.transaction():
                    if row:
                        connection.execute(insert(relation.name, row))
    for persona in people:
        if persona.state in _STATES:
            connection.execute(_STATES[persona.state], [persona.user_id])
    connection.execute(_SETTLE)


def _is_personal(relation: Relation) -> bool:
    """Whether a sample is another row for each persona: it has an owner, or speaks of one."""
    spoken = " ".join(
        value["sql"] if isinstance(value, Mapping) else str(value)
        for value in relation.sample.values()
    )
    return bool(relation.owner or _PERSONAL.search(spoken))


# A table with deferred triggers that have not fired yet cannot be altered, as mutants are.
_SETTLE = b"""
    do $do$
    declare
        v_deferred text := (
            select string_agg(format('%I.%I', n.nspname, c.conname), ', ')
            from pg_constraint as c
            inner join pg_namespace as n on c.connamespace = n.oid
            where c.condeferred
        );
    begin
        set constraints all immediate;
        if v_deferred is not null then
            execute 'set constraints ' || v_deferred || ' deferred';
        end if;
    end
    $do$
"""

# Set last, when a persona's rows are all there. Suspended people had wanted to be seen.
_STATES = {
    "banned": b"update auth.users set banned_until = 'infinity' where id = %s",
    "deleted": b"update auth.users set deleted_at = now() where id = %s",
    "suspended": b"update public.profiles set is_public = true, status = 'suspended' where id = %s",
    "expired": b"""
        update rbac.user_roles set expires_at = now() - interval '1 day'
        where user_id = %s and reason = 'access matrix'
    """,
}


@contextmanager
def blamed(stated: Relation | Function) -> Iterator[None]:
    """An error of Postgres inside is one of what is stated there.

    Raises:
        FileError: What Postgres said, with the file and its line.
    """
    try:
        yield
    except psycopg.Error as error:
        raise FileError(
            f"Postgres refuses what is stated of {stated.name}: {error.diag.message_primary}",
            path=stated.path,
            line=stated.line,
            sqlstate=error.sqlstate or "",
            detail=error.diag.message_detail or "",
            hint="Look at its predicates, its sample and its {sql: ...}.",
        ) from error


def _give_role(connection: Connection, persona: Persona) -> None:
    """A staff role that gives one permission or none."""
    name = f"matrix_{(persona.permission or 'none').replace('.', '_')}"
    connection.execute(
        """
        insert into rbac.roles (name, title, description, is_staff) values (%s, %s, %s, true)
        on conflict (name) do nothing
        """,
        [name, persona.name, persona.name],
    )
    connection.execute(
        """
        insert into rbac.role_permissions (role_id, permission_id, valid_from)
        select r.id, p.id, '-infinity' from rbac.roles as r, rbac.permissions as p
        where r.name = %s and p.name = %s
        on conflict do nothing
        """,
        [name, persona.permission],
    )
    connection.execute(
        """
        insert into rbac.user_roles (user_id, role_id, reason, scope_type, scope_id)
        select %s, id, 'access matrix', %s, %s from rbac.roles where name = %s
        on conflict do nothing
        """,
        [persona.user_id, *_scope(persona), name],
    )


def _scope(persona: Persona) -> tuple[str, UUID | None]:
    return ("course", COURSE) if persona.state == "scoped" else ("global", None)


def insert(relation: str, row: Mapping[str, sql.Composable]) -> sql.Composed:
    """The statement that inserts a row, or with none the defaults."""
    if not row:
        return sql.SQL("insert into {} default values").format(identifier(relation))
    return sql.SQL("insert into {} ({}) values ({})").format(
        identifier(relation),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(row.values()),
    )


def values(row: Mapping[str, Any], persona: Persona) -> dict[str, sql.Composable]:
    """A row of expectations as SQL, seen by a persona."""
    return {column: value(stated, persona) for column, stated in row.items()}


def value(stated: Any, persona: Persona) -> sql.Composable:
    """One value of expectations as SQL.

    ``$me``, ``$other``, ``$admin`` and ``$new`` are ids, inside a longer text without dashes;
    ``{sql: ...}`` is an expression over ``me`` and the others.
    """
    people = ids(persona)
    if isinstance(stated, Mapping):
        bound = sql.SQL(", ").join(
            sql.SQL("{}::uuid as {}").format(sql.Literal(id_), sql.Identifier(name))
            for name, id_ in people.items()
        )
        return sql.SQL("(select {} from (select {}) as people)").format(
            sql.SQL(stated["sql"]), bound
        )
    if stated is None:
        return sql.NULL
    if isinstance(stated, str) and stated[:1] == "$" and stated[1:] in people:
        return sql.Literal(people[stated[1:]])
    if isinstance(stated, str):
        return sql.Literal(_TOKEN.sub(lambda m: _hex(people[m[1]]), stated))
    return sql.Literal(str(stated).lower() if isinstance(stated, bool) else str(stated))


def ids(persona: Persona) -> dict[str, UUID | None]:
    """The people that values speak of."""
    return {
        "me": persona.user_id,
        "other": persona.other,
        "admin": ADMINISTRATOR,
        "new": uuid5(persona.user_id or LEARNER, "new"),
    }


def _hex(id_: UUID | None) -> str:
    return id_.hex if id_ else ""
