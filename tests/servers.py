"""The Postgres servers that the tests run on: real ones, made for the run.

DBTOOL_TEST_SERVERS lists them: a major version for the embedded one, or ``major=folder`` for the
programs of another. A server that cannot be had is an error, never a skip.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from dbtool.server import binaries, cluster
from dbtool.server.cluster import Cluster

REPOSITORY = Path(__file__).parent.parent
OWNER = "package_owner"
SUPABASE_LIKE_OWNER = "package_owner_like_supabase"


@dataclass(frozen=True)
class ServerChoice:
    """A server to test on."""

    major: int
    programs: Path | None

    def __str__(self) -> str:
        return f"pg{self.major}"


def chosen() -> list[ServerChoice]:
    """The servers named in DBTOOL_TEST_SERVERS; by default both embedded ones."""
    choices = []
    for word in os.environ.get("DBTOOL_TEST_SERVERS", "18,16").split(","):
        major, _, folder = word.strip().partition("=")
        choices.append(ServerChoice(int(major), Path(folder) if folder else None))
    return choices


def home() -> Path:
    """A folder that the server's user can enter, in memory where there is room for it."""
    base = binaries.ROOT_HOME if os.geteuid() == 0 else Path(tempfile.gettempdir())
    memory = Path("/dev/shm")  # noqa: S108 (the folder made in it is private)
    if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30:
        base = memory
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=base, prefix="dbtool-tests-"))
    binaries.account().own(folder)
    return folder


@contextmanager
def running(choice: ServerChoice) -> Iterator[Cluster]:
    """A cluster with the owners' roles, for as long as the tests run."""
    folder = home()
    programs = choice.programs or binaries.embedded(choice.major)
    made = cluster.create(programs, choice.major, folder, "data")
    try:
        made = cluster.start(
            made,
            "fsync=off",
            "full_page_writes=off",
            "jit=off",
            "max_connections=200",
        )
        yield _with_owners(made)
    finally:
        cluster.stop(made, "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _with_owners(made: Cluster) -> Cluster:
    passwords = {
        role: secrets.token_urlsafe(12) for role in (OWNER, SUPABASE_LIKE_OWNER, "authenticator")
    }
    attributes = {
        OWNER: "login",
        SUPABASE_LIKE_OWNER: "login createrole bypassrls",
        "authenticator": "login noinherit",
    }
    with psycopg.connect(made.url(), autocommit=True) as connection:
        for role, password in passwords.items():
            connection.execute(
                sql.SQL("create role {} with {} password {}").format(
                    sql.Identifier(role), sql.SQL(attributes[role]), sql.Literal(password)
                )
            )
    return Cluster(made.major, made.bin, made.data, made.port, {**made.passwords, **passwords})
