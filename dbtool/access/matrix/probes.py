"""One question to the database each: may this persona do that, and to which rows.

Every probe runs in a savepoint of an administrator's transaction: the persona begins a request as
PostgREST does, tries, and leaves; then the administrator looks, outside row level security, at
what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from dbtool.access import request
from dbtool.access.expectations import ALL, NONE, VERBS, Relation
from dbtool.access.matrix import fixtures
from dbtool.access.personas import Persona
from dbtool.db.connect import Connection, identifier

Rows = frozenset[tuple[str, ...]]
DENIED = "42501"
# EXPLAIN checks privileges and touches nothing. The other errors are what no grant can make
# writable: generated and computed columns of views, and views over more than one table.
_TRY_EACH = """
do $do$
declare
    v_names text[] := {};
    v_statements text[] := {};
    v_nameable text := '';
begin
    for n in 1 .. cardinality(v_names) loop
        begin
            execute 'explain ' || v_statements[n];
            v_nameable := v_nameable || v_names[n] || e'\\n';
        exception
            when insufficient_privilege or generated_always or object_not_in_prerequisite_state
                or feature_not_supported
            then null;
        end;
    end loop;
    perform set_config('dbtool.nameable', v_nameable, true);
end
$do$"""


@dataclass(frozen=True)
class Refusal:
    """How the database refused."""

    sqlstate: str
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.sqlstate} {self.name or self.message}"

    @property
    def is_policy(self) -> bool:
        """Whether a policy's check refused the row, and not a missing privilege."""
        return self.sqlstate == DENIED and "row-level security" in self.message


def key_of(connection: Connection, table: str) -> tuple[str, ...]:
    """The columns that identify a row of a table: its primary key, or else all."""
    rows = connection.execute(
        """
        select a.attname, i.indrelid is not null
        from pg_catalog.pg_attribute as a
        left join pg_catalog.pg_index as i
            on i.indrelid = a.attrelid and a.attnum = any (i.indkey) and i.indisprimary
        where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
        order by a.attnum
        """,
        [table],
    ).fetchall()
    return tuple(name for name, is_key in rows if is_key) or tuple(name for name, _ in rows)


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Roll back all that happens inside."""
    connection.execute(b"savepoint probe")
    try:
        yield
    finally:
        connection.execute(b"rollback to probe; release probe")


def attempt(
    connection: Connection,
    persona: Persona,
    query: sql.Composable,
    method: str = "POST",
    stays: bool = False,
) -> list[tuple[Any, ...]] | Refusal:
    """Run one statement as a persona.

    Args:
        connection: An administrator's.
        persona: Who comes in.
        query: The statement.
        method: HTTP method of the request.
        stays: Whether its effects stay, if it was not refused.

    Returns:
        The rows it returned, or why it was refused.
    """
    # Here and below what belongs together travels in one message.
    message = sql.SQL("savepoint attempt; {}; {}").format(request.entrance(persona, method), query)
    try:
        rows = _results(connection.execute(message))[-1]
    except psycopg.Error as error:
        connection.execute(b"rollback to attempt; release attempt")
        return _refusal(error)
    connection.execute(
        b"reset session authorization; release attempt"
        if stays
        else b"rollback to attempt; release attempt"
    )
    return rows


def _results(cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The rows of every statement of a message."""
    found = [cursor.fetchall() if cursor.description else []]
    while cursor.nextset():
        found.append(cursor.fetchall() if cursor.description else [])
    return found


def _refusal(error: psycopg.Error) -> Refusal:
    diagnosis = error.diag
    return Refusal(
        error.sqlstate or "", diagnosis.message_detail or "", diagnosis.message_primary or ""
    )


def expected_rows(
    connection: Connection, relation: Relation, key: Sequence[str], rows: str, persona: Persona
) -> Rows:
    """Keys of the rows for which a condition holds, outside row level security."""
    if rows == NONE:
        return frozenset()
    condition = sql.SQL("true" if rows == ALL else rows)
    found = connection.execute(
        sql.SQL("select {} from {} cross join (select {}::uuid as me) as persona where {}").format(
            _texts(key), identifier(relation.of), sql.Literal(persona.user_id), condition
        )
    )
    return frozenset(found.fetchall())


def selected(
    connection: Connection, relation: Relation, key: Sequence[str], persona: Persona
) -> Rows | Refusal:
    """Keys of the rows that a persona sees."""
    query = sql.SQL("select {} from {}").format(_texts(key), identifier(relation.name))
    found = attempt(connection, persona, query, "GET")
    return found if isinstance(found, Refusal) else frozenset(found)


def changed(
    connection: Connection,
    relation: Relation,
    key: Sequence[str],
    persona: Persona,
    statement: sql.Composed,
) -> Rows | Refusal:
    """Keys of the rows that a statement of a persona changed or deleted.

    Triggers and foreign keys are off: this is about access, not about what they refuse.
    """
    look = sql.SQL("select tableoid::text || ctid::text, {} from {}").format(
        _texts(key), identifier(relation.of)
    )
    enter = sql.SQL(
        "savepoint probe; set local session_replication_role = replica; {}; {}; {}"
    ).format(look, request.entrance(persona, "PATCH"), statement)
    try:
        before = _versions(_results(connection.execute(enter))[2])
    except psycopg.Error as error:
        connection.execute(b"rollback to probe; release probe")
        return _refusal(error)
    leave = sql.SQL("reset session authorization; {}; rollback to probe; release probe")
    after = _versions(_results(connection.execute(leave.format(look)))[1])
    return frozenset(row for row, version in before.items() if after.get(row) != version)


def _versions(rows: list[tuple[Any, ...]]) -> dict[tuple[str, ...], str]:
    return {tuple(row): version for version, *row in rows}


def _texts(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(c)) for c in columns)


def update(relation: Relation, column: str, value: str | None) -> sql.Composed:
    """An update of every row that the policies let through."""
    return sql.SQL("update {} set {} = {}").format(
        identifier(relation.name), sql.Identifier(column), sql.Literal(value)
    )


def delete(relation: Relation) -> sql.Composed:
    """A deletion of every row that the policies let through."""
    return sql.SQL("delete from {}").format(identifier(relation.name))


def harmless_change(
    connection: Connection, table: str, columns: Sequence[str]
) -> tuple[str, str | None] | None:
    """A column and a value that every row of a table may have at once."""
    for column in columns:
        with undone(connection):
            connection.execute(b"set local session_replication_role = replica")
            row = connection.execute(
                sql.SQL("select {0}::text from {1} order by {0} is null limit 1").format(
                    sql.Identifier(column), identifier(table)
                )
            ).fetchone()
            value = row[0] if row else None
            refused = (psycopg.errors.IntegrityError, psycopg.errors.GeneratedAlways)
            with suppress(*refused), connection.transaction():
                connection.execute(
                    sql.SQL("update {} set {} = {}").format(
                        identifier(table), sql.Identifier(column), sql.Literal(value)
                    )
                )
                return column, value
    return None


def resolved(
    connection: Connection, row: Mapping[str, Any], persona: Persona
) -> dict[str, sql.Composable]:
    """Values of expectations with every expression worked out, outside row level security."""
    found: dict[str, sql.Composable] = {}
    for name, stated in row.items():
        value = fixtures.value(stated, persona)
        if isinstance(stated, Mapping):
            answer = connection.execute(sql.SQL("select ({})::text").format(value)).fetchone()
            value = sql.Literal(answer[0] if answer else None)
        found[name] = value
    return found


def nameable(
    connection: Connection, relation: Relation, persona: Persona
) -> dict[str, frozenset[str]]:
    """By verb, the columns that a persona's database role may name.

    For delete the first column, as a mark that it may at all.
    """
    name = identifier(relation.name)
    wanted = {f"delete {relation.columns[0]}": sql.SQL("delete from {}").format(name)}
    for column in relation.columns:
        quoted = sql.Identifier(column)
        wanted |= {
            f"select {column}": sql.SQL("select {} from {}").format(quoted, name),
            f"insert {column}": sql.SQL("insert into {} ({}) values (default)").format(
                name, quoted
            ),
            f"update {column}": sql.SQL("update {} set {} = default").format(name, quoted),
        }
    statements = [statement.as_string(connection) for statement in wanted.values()]
    query = sql.SQL("{}; select current_setting('dbtool.nameable')").format(
        sql.SQL(_TRY_EACH).format(sql.Literal(list(wanted)), sql.Literal(statements))
    )
    found = attempt(connection, persona, query)
    if isinstance(found, Refusal):
        raise AssertionError(f"{persona.name} was not let in: {found}")
    told = found[0][0].splitlines()
    return {
        verb: frozenset(column for v, _, column in (t.partition(" ") for t in told) if v == verb)
        for verb in VERBS
    }
