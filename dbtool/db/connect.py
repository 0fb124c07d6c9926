"""Connections, and what is asked of a server before any work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from dbtool.errors import DatabaseError, PlatformError

Connection = psycopg.Connection[TupleRow]
AnyConnection = TypeVar("AnyConnection", bound=Connection)

# libpq sends these with the first packet, where they count more than what the database or the role
# prefers, and where poolers know them. Times are then read and printed alike everywhere.
os.environ["PGTZ"] = "UTC"
os.environ["PGDATESTYLE"] = "ISO, MDY"

OLDEST_SERVER = 150000
_ROLES = ("anon", "authenticated", "service_role", "authenticator", "staff")

_HINTS = {
    "3D000": "Create the database first, or correct the URL's last part.",
    "28P01": "Check user and password of the URL (or PGPASSWORD, ~/.pgpass).",
    "28000": "Let this user in from here, in the server's pg_hba.conf.",
    "53300": "Close some connections, or use a direct URL.",
    "42501": "Connect as the owner of the package's objects, or let an administrator run "
    "`dbtool platform --owner` for this role.",
    "57P03": "The server is starting or stopping; try again in a moment.",
}


@dataclass(frozen=True)
class Server:
    """What a connection says of its server."""

    version: int
    user: str
    database: str

    @property
    def major(self) -> int:
        """15, 16, ..."""
        return self.version // 10000


def without_password(url: str) -> str:
    """The URL as it may be printed."""
    try:
        parts = urlsplit(url)
    except ValueError:  # libpq says what is wrong with it
        return "the URL"
    if not parts.password:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{host}"))


def split_password(url: str) -> tuple[str, str]:
    """The URL without its password, and that, for programs whose arguments anyone can read."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    if not parts.password:
        return url, ""
    plain = urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}"))
    return plain, unquote(parts.password)


def with_database(url: str, database: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def connect(url: str) -> Connection:
    """Open a connection in autocommit mode, without server-side prepared statements.

    Raises:
        DatabaseError: Unreachable, refused, no such database; says which.
    """
    return connect_as(Connection, url)


def connect_as(kind: type[AnyConnection], url: str) -> AnyConnection:
    """The same for a kind of connection of its own."""
    try:
        connection = kind.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            application_name="dbtool",
            client_encoding="utf8",
        )
    except psycopg.Error as error:
        lines = str(error).strip().splitlines()
        message = next((line for line in lines if "FATAL:" in line), lines[0])
        state = error.sqlstate or _guess_state(message)
        raise DatabaseError(
            f"cannot connect to {without_password(url)}: {_last_part(message)}",
            sqlstate=state,
            hint=_HINTS.get(state, "Check that the server runs and the URL is right."),
        ) from None
    return connection


def _last_part(message: str) -> str:
    return message.rpartition("FATAL:  ")[2].rpartition("failed: ")[2].strip()


def _guess_state(message: str) -> str:
    # libpq gives no SQLSTATE for errors of the handshake, only the server's words, which are in
    # the server's language; English ones get the better hint.
    for words, state in (
        ("password authentication failed", "28P01"),
        ("does not exist", "3D000"),
        ("no pg_hba.conf entry", "28000"),
        ("too many clients", "53300"),
        ("starting up", "57P03"),
        ("shutting down", "57P03"),
    ):
        if words in message:
            return state
    return ""


def backend_pid(connection: Connection) -> int:
    """The server process behind a connection; libpq's is a pooler's own, even in session mode."""
    row = connection.execute(b"select pg_catalog.pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0


def describe(connection: Connection) -> Server:
    """Version, user and database of a connection."""
    info = connection.info
    return Server(info.server_version, info.user, info.dbname)


def cluster(connection: Connection) -> str:
    """What tells one running cluster from another: its identifier, and when it was started.

    A physical copy has its original's identifier.
    """
    row = connection.execute(
        b"""
        select system_identifier || ' ' || pg_catalog.pg_postmaster_start_time()
        from pg_catalog.pg_control_system()
        """
    ).fetchone()
    return str(row[0]) if row else ""


def check_version(connection: Connection) -> None:
    """Refuse servers older than the package supports.

    Raises:
        PlatformError: The server is too old.
    """
    if connection.info.server_version < OLDEST_SERVER:
        raise PlatformError(
            f"Postgres {connection.info.server_version // 10000} is too old",
            hint="Use Postgres 15 or newer, which has security_invoker views.",
        )


def check_pooler(first: Connection, second: Connection) -> None:
    """Refuse a pooler in transaction mode, through which a lock belongs to no client.

    Two connections that are open at the same time and report one backend share it. (A process id
    that differs from libpq's is no proof: a pooler in session mode shows that too.)

    Raises:
        DatabaseError: Both connections are one.
    """
    if backend_pid(first) == backend_pid(second):
        raise DatabaseError(
            "this is a connection pooler in transaction mode",
            hint="Locks and settings leak between its clients: give the database's own address "
            "(on Supabase: port 5432, not 6543): --direct-url URL or DBTOOL_DIRECT_URL.",
        )


def check_platform(connection: Connection) -> None:
    """Refuse a server without the roles and the auth schema that the package builds on.

    Raises:
        PlatformError: Names what is missing.
    """
    check_version(connection)
    missing = [
        row[0]
        for row in connection.execute(
            """
            with auth as (
                select oid, has_schema_privilege(oid, 'usage') as usable
                from pg_catalog.pg_namespace where nspname = 'auth'
            )
            select 'role ' || r from unnest(%s::text[]) as r
            where not exists (select from pg_catalog.pg_roles where rolname = r)
            union all
            select 'table auth.users' where not exists (
                select from pg_catalog.pg_class
                where relname = 'users' and relnamespace in (select oid from auth)
            )
            union all
            select 'function auth.' || f || '()' from unnest('{uid,jwt,role}'::text[]) as f
            where not exists (
                select from pg_catalog.pg_proc
                where proname = f and pronamespace in (select oid from auth)
            )
            union all
            select current_user || '''s right to use schema auth' from auth where not usable
            """,
            [list(_ROLES)],
        )
    ]
    if missing:
        raise PlatformError(
            f"the platform is not prepared: {', '.join(missing)} missing",
            hint="Let an administrator run once: dbtool platform --admin-url URL "
            f"--owner {connection.info.user}",
        )


def translated(error: psycopg.Error) -> DatabaseError:
    """A Postgres error that no file is to blame for."""
    facts = [error.diag.message_detail, error.diag.context]
    return DatabaseError(
        error.diag.message_primary or str(error).strip(),
        sqlstate=error.sqlstate or "",
        detail="\n".join(fact for fact in facts if fact),
        hint=error.diag.message_hint
        or _HINTS.get(error.sqlstate or "", "Run it again; nothing uncommitted was kept."),
    )


def identifier(name: str) -> sql.Identifier:
    """``schema.name`` as a quoted identifier."""
    return sql.Identifier(*name.split(".", 1))


def literally(name: str) -> str:
    """``schema.name`` as to_regclass() reads it: the very name, whatever its letters."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split(".", 1))


def printed(text: str) -> sql.SQL:
    """SQL that Postgres itself printed (regclass, regprocedure, format %I): quoted as needed."""
    return sql.SQL(text)
