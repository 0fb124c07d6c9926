"""dbtool's ledgers: what was applied, by whom, and what the catalog looked like afterwards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import sql

from dbtool import __version__
from dbtool.db.connect import Connection
from dbtool.errors import DatabaseError, HistoryError
from dbtool.project.files import SourceFile

TABLES = (
    "util.migrations_meta",
    "util.declared_files",
    "util.seeded_rows",
    "util.catalog_objects",
    "util.catalog_runs",
    "util.ledger_versions",
)
# Raise it when the tables change shape, and let bootstrap change the older ones.
VERSION = 1

_DDL = Path(__file__).with_name("ledger.sql")


@dataclass(frozen=True)
class Origin:
    """Who runs dbtool, and from where."""

    host: str
    git_commit: str | None


# When exported files are written, nobody knows who will run them.
EXPORTED = Origin("supabase db push", None)


@dataclass(frozen=True)
class AppliedMigration:
    """A version that stands in the database; its status is applied or baselined."""

    version: str
    module: str
    slug: str
    checksum: str
    down_text: str | None
    applied_at: datetime
    applied_by: str
    status: str
    git_commit: str | None


@dataclass(frozen=True)
class AppliedFile:
    """A declared file as it was last applied."""

    path: str
    kind: str
    object_name: str
    checksum: str
    signature: str | None


@dataclass(frozen=True)
class RunRecord:
    """How one run of a version went, for its ledger row."""

    started_at: datetime
    attempts: int = 1
    lock_wait_ms: int = 0
    error: str | None = None


def origin(root: Path) -> Origin:
    """Name machine, user and commit."""
    import getpass
    import socket  # like getpass and subprocess not needed where there is nothing to do

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's nameless user
        user = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return Origin(f"{user}@{socket.gethostname()}", _git_commit(root))


def _git_commit(root: Path) -> str | None:
    if not (root / ".git").exists():
        return None
    import subprocess

    try:
        described = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return described.stdout.strip() or None


def exists(connection: Connection) -> bool:
    """Whether dbtool ever worked on this database.

    Raises:
        HistoryError: It was a newer dbtool, whose ledger this one cannot read.
    """
    row = connection.execute(b"select to_regclass('util.ledger_versions') is not null").fetchone()
    if not (row and row[0]):
        return False
    newest = connection.execute(
        b"select version, tool_version from util.ledger_versions order by version desc limit 1"
    ).fetchone()
    if newest and newest[0] > VERSION:
        raise HistoryError(
            f"the ledger is that of a newer dbtool: {newest[1]}; this one is {__version__}",
            hint="Use that version, or a newer one.",
        )
    return True


def check_owner(connection: Connection) -> None:
    """Refuse a role that does not own the package: its new objects would not be ours.

    Raises:
        DatabaseError: Names the owner.
    """
    row = connection.execute(
        b"""
        select relowner::regrole::text, relowner::regrole::text <> quote_ident(current_user)
        from pg_catalog.pg_class where oid = to_regclass('util.ledger_versions')
        """
    ).fetchone()
    if row and row[1]:
        raise DatabaseError(
            f"the package in this database belongs to {row[0]}",
            hint=f"Connect as {row[0]}: objects made by another role could not be changed by it.",
        )


def bootstrap(connection: Connection) -> None:
    """Create the ledger in one transaction; nothing happens where it is there already."""
    if not exists(connection):
        with connection.transaction():
            connection.execute(_DDL.read_bytes())
            connection.execute(
                sql.SQL(
                    "insert into util.ledger_versions (version, tool_version) values ({}, {}) "
                    "on conflict do nothing"
                ).format(VERSION, __version__)
            )


def applied_migrations(connection: Connection) -> dict[str, AppliedMigration]:
    """Versions that stand, oldest first."""
    rows = connection.execute(
        b"""
        select version, module, slug, checksum, down_text, finished_at, applied_by, status,
            git_commit
        from (
            select distinct on (version) *
            from util.migrations_meta
            where status in ('applied', 'rolled_back', 'baselined')
            order by version, id desc
        ) as latest
        where status <> 'rolled_back'
        order by version
        """
    )
    return {row[0]: AppliedMigration(*row) for row in rows}


def was_started(connection: Connection, version: str) -> bool:
    """Whether an earlier run began a version outside of transactions, and nobody knows its end."""
    row = connection.execute(
        """
        select status = 'started' or error !~ '^42'
        from util.migrations_meta
        where version = %s
        order by id desc
        offset 1 limit 1 -- the newest row is this run's own
        """,
        [version],
    ).fetchone()
    return bool(row and row[0])


def applied_files(connection: Connection) -> dict[str, AppliedFile]:
    """Declared files and reference seeds that stand, by path."""
    rows = connection.execute(
        b"""
        select path, kind, object_name, checksum, signature
        from (
            select distinct on (path) * from util.declared_files
            where status <> 'failed'
            order by path, id desc
        ) as latest
        where status = 'applied'
        order by path
        """
    )
    return {row[0]: AppliedFile(*row) for row in rows}


def applied_text(connection: Connection, path: str) -> str:
    """Text of a declared file as it was last applied."""
    row = connection.execute(
        "select applied_text from util.declared_files where path = %s and status <> 'failed' "
        "order by id desc limit 1",
        [path],
    ).fetchone()
    return str(row[0]) if row else ""


def applied_sources(connection: Connection) -> list[tuple[str, SourceFile]]:
    """Kind and text of each declared file and reference seed that stands, as it was applied."""
    rows = connection.execute(
        b"""
        select kind, path, applied_text, checksum
        from (
            select distinct on (path) * from util.declared_files
            where status <> 'failed'
            order by path, id desc
        ) as latest
        where status = 'applied'
        order by path
        """
    )
    return [(kind, SourceFile(path, text, checksum)) for kind, path, text, checksum in rows]
