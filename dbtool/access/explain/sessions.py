"""The sessions behind an explanation: one that sees all, and one that becomes the caller.

Both stand in transactions that are rolled back. A row that only the first may see is handed to the
second as values, so that a policy's condition is asked with the caller's claims, role and rights,
and not with those of the person who explains.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from dbtool.access import request
from dbtool.access.explain.result import Value
from dbtool.access.matrix.probes import undone
from dbtool.access.personas import Persona
from dbtool.db.connect import Connection, printed
from dbtool.errors import DatabaseError, PlatformError

# What every explanation reads, beside the table it is about.
_READ = (
    ("auth", "users"),
    ("public", "profiles"),
    ("rbac", "user_roles"),
    ("rbac", "roles"),
    ("rbac", "role_permissions"),
    ("rbac", "permissions"),
)
CLIENT_ROLES = ("anon", "authenticated", "staff", "service_role")
# Support looks at a database at work: it waits for nobody, and nobody waits for it for long.
_LIMITS = b"set local lock_timeout = '2s'; set local statement_timeout = '30s'"
# Conditions and defaults are then printed with every name's schema.
_FULL_NAMES = b"set local search_path = pg_catalog"


@dataclass(frozen=True)
class Cell:
    """One value of a row.

    Attributes:
        kind: Its type, as Postgres prints it.
        value: As text; None for null.
        default: An expression of the catalog that takes the value's place; empty for none.
    """

    kind: str
    value: str | None
    default: str = ""

    @property
    def sql(self) -> sql.Composed:
        """The value, with its type."""
        if self.default:
            return sql.SQL("({})").format(printed(self.default))
        return sql.SQL("{}::{}").format(sql.Literal(self.value), printed(self.kind))


Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Stage:
    """The two sessions.

    Attributes:
        observer: Sees everything.
        caller_session: Can become the caller; may be the observer; None where nothing can.
        is_superuser: Whether the caller_session takes authenticator's place first.
    """

    observer: Connection
    caller_session: Connection | None
    is_superuser: bool

    @contextmanager
    def entered(self, persona: Persona, method: str = "POST") -> Iterator[Connection]:
        """That session as the caller; taken back afterwards.

        Raises:
            psycopg.Error: The pre-request refuses.
        """
        if self.caller_session is None:
            raise AssertionError("nobody can become the caller here")
        with undone(self.caller_session):
            # Only an administrator may take authenticator's place first.
            self.caller_session.execute(
                request.entrance(persona, method)
                if self.is_superuser
                else request.preamble(persona.claims, method, "/")
            )
            yield self.caller_session

    def attempt(
        self, persona: Persona, query: sql.Composed, method: str = "POST"
    ) -> int | psycopg.Error:
        """Run a statement as the caller and take it back: rows it reached, or why it failed."""
        try:
            with self.entered(persona, method) as connection:
                return connection.execute(query).rowcount
        except psycopg.Error as error:
            return error

    def values(
        self, persona: Persona, alias: str, row: Row, conditions: Sequence[str]
    ) -> list[Value]:
        """What conditions say of a row, asked by the caller; each alone, because one may fail.

        Args:
            persona: The caller.
            alias: What the conditions call the row.
            row: Its values.
            conditions: As Postgres prints them.
        """
        return [self._value(persona, _about(alias, row, text), text) for text in conditions]

    def _value(self, persona: Persona, query: sql.Composed, text: str) -> Value:
        try:
            found = self._asked(persona, query)
        except psycopg.Error as error:
            return Value(text, "error", said(error))
        return Value(text, "null" if found is None else str(found).lower())

    def _asked(self, persona: Persona, query: sql.Composed) -> bool | None:
        if self.caller_session is None:
            with undone(self.observer):
                self.observer.execute(_claims(persona))
                return _only(self.observer.execute(query))
        if self.caller_session is not self.observer:
            with self.entered(persona) as connection:
                return _only(connection.execute(query))
        # Prepared first, as a policy is: its names were looked up when it was made. Rights
        # to execute and read are checked when it runs, and are the caller's.
        with undone(self.observer):
            self.observer.execute(b"""set local search_path = "api", "public" """)
            self.observer.execute(sql.SQL("prepare dbtool_condition as ") + query)
        try:
            with self.entered(persona):
                return _only(self.observer.execute(b"execute dbtool_condition"))
        finally:
            self.observer.execute(b"deallocate dbtool_condition")


def _about(alias: str, row: Row, condition: str) -> sql.Composed:
    return sql.SQL("select ({})::boolean from (values ({})) as {} ({})").format(
        printed(condition),
        sql.SQL(", ").join(cell.sql for cell in row.values()),
        sql.Identifier(alias),
        sql.SQL(", ").join(map(sql.Identifier, row)),
    )


def _only(cursor: psycopg.Cursor[tuple[object, ...]]) -> bool | None:
    row = cursor.fetchone()
    return None if row is None or row[0] is None else bool(row[0])


def _claims(persona: Persona) -> sql.Composed:
    return sql.SQL("select set_config('request.jwt.claims', {}, true)").format(
        sql.Literal(json.dumps(persona.claims))
    )


def said(error: psycopg.Error) -> str:
    """SQLSTATE, stable name or message, on one line."""
    diagnosis = error.diag
    name = diagnosis.message_detail or ""
    is_name = error.sqlstate is not None and error.sqlstate.startswith("PT") and "." in name
    return f"{error.sqlstate} {name if is_name else diagnosis.message_primary or error}"


@contextmanager
def on(observer: Connection, door: Connection | None) -> Iterator[Stage]:
    """Both sessions in transactions that are rolled back.

    Args:
        observer: Must see everything; in autocommit mode.
        door: The login ``authenticator``, where it is known.

    Raises:
        DatabaseError: The first session does not see everything.
    """
    connections = [observer, *([door] if door else [])]
    try:
        for connection in connections:
            connection.execute(b"begin")
            connection.execute(_LIMITS)
        observer.execute(_FULL_NAMES)
        check_sight(observer, _READ)
        is_superuser = _flag(observer, "select rolsuper from pg_roles where rolname = session_user")
        caller_session = door or (observer if is_superuser or _may_become(observer) else None)
        yield Stage(observer, caller_session, is_superuser and caller_session is observer)
    finally:
        for connection in connections:
            connection.rollback()


def check_sight(observer: Connection, tables: Sequence[tuple[str, str]]) -> None:
    """Refuse a session from which rows are hidden: its explanations would be wrong.

    Args:
        observer: The session.
        tables: Schema and name of each.

    Raises:
        PlatformError: One is not there.
        DatabaseError: One is not seen in full; names it.
    """
    rows = observer.execute(
        """
        select
            t.schema || '.' || t.name,
            c.oid is not null,
            coalesce(
                has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
                and not row_security_active(c.oid),
                false
            )
        from unnest(%s::text[], %s::text[]) as t (schema, name)
        left join pg_catalog.pg_namespace as n on n.nspname = t.schema
        left join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = t.name
        """,
        [[schema for schema, _ in tables], [name for _, name in tables]],
    ).fetchall()
    missing = ", ".join(name for name, exists, _ in rows if not exists)
    if missing:
        raise PlatformError(
            f"the package is not in this database: {missing} missing", hint="Run `dbtool migrate`."
        )
    hidden = ", ".join(name for name, _, is_seen in rows if not is_seen)
    if hidden:
        raise DatabaseError(
            f"{observer.info.user} does not see every row of {hidden}",
            hint="Connect as a role that sees all, as an explanation shows what others see: "
            "the package's owner, an administrator, or a role of its own with BYPASSRLS that is "
            "in pg_read_all_data and authenticator.",
        )


def _may_become(observer: Connection) -> bool:
    try:
        for role in CLIENT_ROLES:
            with undone(observer):
                observer.execute("select set_config('role', %s, true)", [role])
    except psycopg.Error:
        return False
    return True


def _flag(connection: Connection, query: str) -> bool:
    row = connection.execute(query.encode()).fetchone()
    return bool(row and row[0])
