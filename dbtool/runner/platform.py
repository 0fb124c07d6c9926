"""``dbtool platform``: what an administrator prepares once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from dbtool.db import connect, execute, modules
from dbtool.db.connect import Connection
from dbtool.errors import DatabaseError, PlatformError, UsageError
from dbtool.project.files import read_source
from dbtool.runner.progress import Progress
from dbtool.sql import script


@dataclass(frozen=True)
class Prepared:
    """What was done.

    Attributes:
        files: Platform files applied.
        owner: The role that may now migrate.
        supabase: Whether the server is Supabase's, where only ``staff`` was missing.
    """

    files: tuple[str, ...]
    owner: str
    supabase: bool


def prepare(
    root: Path,
    admin_url: str,
    owner: str,
    progress: Progress,
    passwords: dict[str, str] | None = None,
) -> Prepared:
    """Make the roles and the auth schema, and let a role migrate.

    Everything happens in one transaction. On Supabase, which has its own roles and auth schema,
    only the role ``staff`` is made.

    Args:
        root: The project.
        admin_url: A role that may create roles, one of them with BYPASSRLS, and schemas.
        owner: The role that will own the package; it must exist, or be among the passwords.
        progress: Where to say what happens.
        passwords: New passwords by role; roles that are missing are made.

    Raises:
        PlatformError: Server too old, or the role may not do this.
        UsageError: There is no such owner; nothing was changed.
        DatabaseError: Postgres refused a statement.
    """
    with connect.connect(admin_url) as connection:
        connect.check_version(connection)
        supabase = _is_supabase(connection)
        files = [
            read_source(root, f"platform/{path.name}")
            for path in sorted((root / "platform").glob("*.sql"))
            if not supabase or path.stem.endswith("_staff")
        ]
        if not files:
            raise PlatformError(
                "the project has no platform/*.sql", hint="Name a checkout with --project."
            )
        progress.start(len(files) + 1, "platform")
        try:
            with connection.transaction():
                for file in files:
                    progress.step(file.path)
                    execute.run(
                        connection, script.parse(file.text, file.path), file.text, file.path
                    )
                for role, password in (passwords or {}).items():
                    _login(connection, role, password)
                if not supabase:
                    progress.step(f"rights of {owner}")
                    _allow(connection, owner)
                for module, extension in modules.EXTENSIONS.items():
                    if (root / "migrations" / module).is_dir():
                        _create_extension(connection, extension)
        except psycopg.Error as error:
            raise DatabaseError(
                str(error).strip(), sqlstate=error.sqlstate or "", hint="Nothing was changed."
            ) from error
        return Prepared(tuple(file.path for file in files), owner, supabase)


def _create_extension(connection: Connection, name: str) -> None:
    """Create an extension if the server has it; else its module is left out by all commands."""
    row = connection.execute(
        "select exists (select from pg_catalog.pg_available_extensions where name = %s)", [name]
    ).fetchone()
    if row and row[0]:
        connection.execute(
            sql.SQL("create extension if not exists {} with schema extensions").format(
                sql.Identifier(name)
            )
        )


def _is_supabase(connection: Connection) -> bool:
    row = connection.execute(
        "select exists (select from pg_catalog.pg_roles where rolname = 'supabase_admin')"
    ).fetchone()
    return bool(row and row[0])


def _exists(connection: Connection, role: str) -> bool:
    row = connection.execute(
        "select exists (select from pg_catalog.pg_roles where rolname = %s)", [role]
    ).fetchone()
    return bool(row and row[0])


def _login(connection: Connection, role: str, password: str) -> None:
    """Give a role a password, making the role where it is missing."""
    verb = "alter" if _exists(connection, role) else "create"
    connection.execute(
        sql.SQL("{} role {} with login password {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
        )
    )


def _allow(connection: Connection, owner: str) -> None:
    """Give our owner the rights that Supabase gives its ``postgres``."""
    role = sql.Identifier(owner)
    if not _exists(connection, owner):
        raise UsageError(
            f"there is no role {owner}",
            hint=f"Let an administrator make it first: create role {owner} login password '...'",
        )
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        "grant create, connect, temporary on database {database} to {role}",
        "revoke create on schema public from public",
        "grant usage, create on schema public to {role}",
        "grant usage on schema public to anon, authenticated, service_role",
        "grant usage on schema auth, extensions to {role} with grant option",
        "grant usage on schema auth, extensions to staff",
        "grant select, insert, update, delete, references, trigger on auth.users to {role}",
    ):
        connection.execute(sql.SQL(statement).format(role=role, database=database))
