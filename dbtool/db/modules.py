"""Modules that need an extension, and what becomes of them on a server that has none."""

from __future__ import annotations

from dbtool.db import ledger
from dbtool.db.connect import Connection
from dbtool.errors import PlatformError
from dbtool.project.files import Project

EXTENSIONS = {"vector": "vector"}


def fit(connection: Connection, project: Project) -> Project:
    """The project without the modules whose extension the server does not have.

    A module that was applied stays, so that a missing extension never looks like deleted files.

    Raises:
        PlatformError: The server has the extension, but an administrator must create it.
    """
    needed = {schema: EXTENSIONS[schema] for schema in project.schemas if schema in EXTENSIONS}
    if not needed:
        return project
    rows = connection.execute(
        """
        select a.name, a.installed_version is not null
        from pg_catalog.pg_available_extensions as a
        where a.name = any (%s::text[])
        """,
        [list(needed.values())],
    ).fetchall()
    created: dict[str, bool] = dict(rows)
    waiting = [name for name in needed.values() if created.get(name) is False]
    if waiting:
        raise PlatformError(
            f"extension {waiting[0]} is not created in this database",
            hint="Let an administrator run once more: dbtool platform --admin-url URL "
            f"--owner {connection.info.user}",
        )
    absent = {schema for schema, extension in needed.items() if extension not in created}
    if absent and ledger.exists(connection):
        absent -= {row.module for row in ledger.applied_migrations(connection).values()}
    return project.without(absent)
