"""Databases as Supabase makes them, and `supabase db push` without its program."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from dbtool.server.cluster import Cluster
from dbtool.sql import script
from tests.support.database import Connection, Database
from tests.support.servers import REPOSITORY, SUPABASE_LIKE_OWNER

_numbers = itertools.count(1)
_RIGHTS = (
    "revoke create on schema public from public",
    "grant all on schema public to {owner}",
    "grant usage on schema public to anon, authenticated, service_role",
    "grant usage on schema auth, extensions to {owner} with grant option",
    "grant all on auth.users to {owner}",
)


class Host:
    """A server that is Supabase's: its roles, without staff."""

    def __init__(self, server: Cluster) -> None:
        self.server = server
        self._databases: list[str] = []

    def database(self, old_grants: bool = True) -> Database:
        """An empty project.

        Args:
            old_grants: New objects in schema public are open to all client roles.
        """
        name = f"supabase_{next(_numbers)}"
        self._databases.append(name)
        with _admin(self.server) as admin:
            admin.execute(
                sql.SQL("create database {} owner {}").format(
                    *map(sql.Identifier, (name, SUPABASE_LIKE_OWNER))
                )
            )
        made = Database(self.server, name, SUPABASE_LIKE_OWNER)
        with psycopg.connect(made.admin_url) as admin:
            admin.execute((REPOSITORY / "platform" / "20_auth.sql").read_bytes())
            for right in _RIGHTS:
                admin.execute(sql.SQL(right).format(owner=sql.Identifier(made.owner)))
            for role, kind in itertools.product(
                (made.owner, "supabase_admin"), ("tables", "functions", "sequences")
            ):
                if old_grants:
                    admin.execute(
                        sql.SQL(
                            "alter default privileges for role {} in schema public grant all on "
                            "{} to {}, anon, authenticated, service_role"
                        ).format(sql.Identifier(role), sql.SQL(kind), sql.Identifier(made.owner))
                    )
        return made

    def clear(self) -> None:
        """Drop its databases, and the role that the project brings."""
        with _admin(self.server) as admin:
            for name in self._databases:
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
            admin.execute("drop role if exists staff")


def _admin(server: Cluster) -> Connection:
    return psycopg.connect(server.url(), autocommit=True)


@contextmanager
def hosting(server: Cluster) -> Iterator[Host]:
    """A server of its own made Supabase's."""
    with _admin(server) as admin:
        admin.execute((REPOSITORY / "platform" / "10_roles.sql").read_bytes())
        found = admin.execute("select 1 from pg_roles where rolname = 'supabase_admin'").fetchone()
        if not found:
            admin.execute("create role supabase_admin superuser")
    with ExitStack() as stack:
        host = Host(server)
        stack.callback(host.clear)
        yield host


def push(db: Database, folder: Path) -> list[str]:
    """What `supabase db push` does; returns the names of the files it applied.

    A file's statements travel in one pipeline, which is one transaction, with the row about it. It
    refuses files that are older than what was pushed.
    """
    files = {path.name: path.read_text() for path in (folder / "supabase/migrations").iterdir()}
    with db.connect() as connection:
        connection.execute("create schema if not exists supabase_migrations")
        connection.execute(
            "create table if not exists supabase_migrations.schema_migrations (version text)"
        )
        rows = connection.execute("select version from supabase_migrations.schema_migrations")
        known = sorted(row[0] for row in rows)
        new = [name for name in sorted(files) if name.partition("_")[0] not in known]
        assert not known or all(name > known[-1] for name in new), "dated before what was pushed"
        for name in new:
            _apply(connection, name, files[name])
    return new


def _apply(connection: Connection, name: str, text: str) -> None:
    connection.execute("reset all")
    statements = [s.text.encode() for s in script.parse(text, name)]
    row = b"insert into supabase_migrations.schema_migrations values ('%s')"
    statements.append(row.replace(b"%s", name.partition("_")[0].encode()))
    if text.partition("\n")[0] == "-- pg-delta: transaction=false":
        for statement in statements:
            connection.execute(statement)
        return
    with connection.pipeline():
        for statement in statements:
            connection.execute(statement)
