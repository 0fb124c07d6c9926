"""A database that may be built and thrown away, of the same major version as the target."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from psycopg import sql

from dbtool.db import connect, modules
from dbtool.db.connect import Connection
from dbtool.errors import UsageError
from dbtool.project.files import Project
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.apply import apply
from dbtool.runner.progress import Progress
from dbtool.runner.result import Options
from dbtool.server import binaries, cluster, home


@dataclass(frozen=True)
class ServerToMatch:
    """What a scratch server must be like, and must not be."""

    major: int
    cluster: str

    @classmethod
    def of(cls, url: str) -> ServerToMatch:
        """Ask a server."""
        with connect.connect(url) as connection:
            return cls.asked(connection)

    @classmethod
    def asked(cls, connection: Connection) -> ServerToMatch:
        """Ask through an open connection."""
        return cls(connect.describe(connection).major, connect.cluster(connection))


@contextmanager
def migrated(
    settings: Settings,
    beside: ServerToMatch,
    project: Project,
    progress: Progress,
    to: str | None = None,
) -> Iterator[str]:
    """A project's files, applied to an empty database; its URL.

    Never in the target's cluster, because roles belong to clusters.

    Args:
        settings: ``scratch_url`` names an administrator, or is empty for an embedded server.
        beside: The target.
        project: The files.
        progress: Where to say what happens.
        to: The last version to apply; None for all and the declared files.

    Raises:
        UsageError: No such server can be had.
    """
    with _server(settings, beside, progress) as admin_url, _database(admin_url) as database_url:
        owner = urlsplit(database_url).username or cluster.ADMIN
        platform.prepare(settings.root, database_url, owner, progress)
        with connect.connect(database_url) as connection:
            _must_fit(connection, project)
        there = replace(settings, database_url=database_url, direct_url="")
        apply(there, lambda: project, Options(to), progress)
        yield database_url


@contextmanager
def like_supabase(settings: Settings, project: Project, progress: Progress) -> Iterator[str]:
    """An empty database as Supabase makes it, with its old default grants; its owner's URL.

    The owner may do what Supabase's ``postgres`` may. With the old grants, all that must be revoked
    somewhere is there to be revoked.

    Args:
        settings: ``scratch_url`` names an administrator, or is empty for an embedded server.
        project: The files.
        progress: Where to say what happens.

    Raises:
        UsageError: No server can be had.
    """
    with _server(settings, None, progress) as admin_url, _database(admin_url) as database_url:
        owner = f"dbtool_scratch_{secrets.token_hex(6)}"
        role = sql.Identifier(owner)
        with connect.connect(database_url) as admin:
            admin.execute(sql.SQL("create role {} nologin createrole bypassrls").format(role))
            try:
                # Without this grant an administrator who is no superuser may not become that role.
                admin.execute(sql.SQL("grant {} to current_user").format(role))
                platform.prepare(settings.root, database_url, owner, progress)
                for kind in ("tables", "functions", "sequences"):
                    admin.execute(
                        sql.SQL(
                            "alter default privileges for role {} in schema public "
                            "grant all on {} to anon, authenticated, service_role"
                        ).format(role, sql.SQL(kind))
                    )
                _must_fit(admin, project)
                parts = urlsplit(database_url)
                wear = f"options={quote(f'-c role={owner}')}"
                query = f"{parts.query}&{wear}" if parts.query else wear
                yield urlunsplit(parts._replace(query=query))
            finally:
                admin.execute(sql.SQL("drop owned by {} cascade").format(role))
                admin.execute(sql.SQL("drop role {}").format(role))


def _must_fit(connection: Connection, project: Project) -> None:
    if modules.fit(connection, project) is not project:
        raise UsageError(
            "the scratch server lacks an extension that the project needs",
            hint="Install it there, or name another server: --scratch-url URL",
        )


@contextmanager
def _server(settings: Settings, beside: ServerToMatch | None, progress: Progress) -> Iterator[str]:
    major = beside.major if beside else binaries.EMBEDDED_MAJORS[-1]
    if settings.scratch_url and beside is None:
        yield settings.scratch_url
        return
    if settings.scratch_url and beside:
        found = ServerToMatch.of(settings.scratch_url)
        if found.cluster == beside.cluster:
            raise UsageError(
                "the scratch server is the target's own",
                hint="Roles belong to a whole cluster: name another one, or none for an embedded "
                "one.",
            )
        if found.major != major:
            raise UsageError(
                f"the scratch server is Postgres {found.major}, the target {major}",
                hint="Name a server of that version: versions word the same object differently.",
            )
        yield settings.scratch_url
        return
    if major not in binaries.EMBEDDED_MAJORS:
        raise UsageError(
            f"there is no embedded Postgres {major} to build the files on",
            hint="Name a server of that version: --scratch-url URL",
        )
    progress.start(0, "scratch server")
    progress.step("starting Postgres")
    programs = binaries.embedded(major)
    base = home.data_home(settings.root)
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    binaries.account().own(base)
    folder = Path(tempfile.mkdtemp(dir=base, prefix="scratch-"))
    server = cluster.create(programs, major, folder, "data")
    try:
        server = cluster.start(server, "fsync=off", "full_page_writes=off")
        yield server.url()
    finally:
        cluster.stop(server, "immediate")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(admin_url: str) -> Iterator[str]:
    name = f"dbtool_scratch_{secrets.token_hex(6)}"
    with connect.connect(admin_url) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield connect.with_database(admin_url, name)
        finally:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )
