"""A database that may be built and thrown away, of the same major version as the target."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import sql

from dbtool.commands import migrate, platform
from dbtool.commands.progress import Progress
from dbtool.db import connect
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.server import binaries, cluster, home


@contextmanager
def migrated(settings: Settings, major: int, progress: Progress) -> Iterator[str]:
    """The project's files, applied to an empty database; its URL.

    Never in the target's cluster unless ``scratch_url`` says so, because roles belong to clusters.

    Args:
        settings: The project; ``scratch_url`` names an administrator, or is empty for an embedded
            server.
        major: The version the server must have.
        progress: Where to say what happens.

    Raises:
        UsageError: No such server can be had.
    """
    with _server(settings, major, progress) as admin_url, _database(admin_url) as database_url:
        owner = urlsplit(database_url).username or cluster.ADMIN
        platform.prepare(settings.root, database_url, owner, progress)
        there = replace(settings, database_url=database_url)
        migrate.migrate(there, migrate.Options(), progress)
        yield database_url


@contextmanager
def _server(settings: Settings, major: int, progress: Progress) -> Iterator[str]:
    if settings.scratch_url:
        with connect.connect(settings.scratch_url) as connection:
            found = connect.describe(connection).major
        if found != major:
            raise UsageError(
                f"the scratch server is Postgres {found}, the target {major}",
                hint="Versions word the same object differently: name a server of the target's.",
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
