"""The Postgres servers that the tests run on: real ones, made for the run.

DBTOOL_TEST_SERVERS lists them: a major version for the embedded one, ``major=folder`` for the
programs of another, ``container`` or ``container=image`` for one in a container. A server that
cannot be had is an error, never a skip.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from dbtool.server import binaries, cluster
from dbtool.server.cluster import ADMIN, Cluster

REPOSITORY = Path(__file__).parent.parent.parent
OWNER = "package_owner"
SUPABASE_LIKE_OWNER = "package_owner_like_supabase"
# Full page writes stay on: SIGKILL can end a write in the middle of a page, even in memory.
SETTINGS = ("fsync=off", "jit=off", "max_connections=300")
# A hash of 4,096 rounds on each side of each of ten thousands of connections is most of their cost.
_QUICK_LOGINS = "set scram_iterations = 1"


@dataclass(frozen=True)
class ServerChoice:
    """A server to test on; its major version, or a container's image."""

    major: int = 0
    programs: Path | None = None
    image: str = ""

    def __str__(self) -> str:
        return self.image or f"pg{self.major}"


def chosen() -> list[ServerChoice]:
    """The servers named in DBTOOL_TEST_SERVERS; by default both embedded ones."""
    choices = []
    for word in os.environ.get("DBTOOL_TEST_SERVERS", "18,16").split(","):
        name, _, where = word.strip().partition("=")
        if name == "container":
            choices.append(ServerChoice(image=where or "postgres:18"))
        else:
            choices.append(ServerChoice(int(name), Path(where) if where else None))
    return choices


def home(disk: Path | None = None) -> Path:
    """A folder that the server's user can enter, in memory where there is room for it."""
    base = disk or _roomy()
    folder = Path(tempfile.mkdtemp(dir=base, prefix="dbtool-tests-"))
    binaries.account().own(folder)
    return folder


def _roomy() -> Path:
    base = binaries.ROOT_HOME if os.geteuid() == 0 else Path(tempfile.gettempdir())
    memory = Path("/dev/shm")  # noqa: S108 (the folder made in it is private)
    if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30:
        base = memory
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    return base


@contextmanager
def running(
    choice: ServerChoice, disk: Path | None = None, like: Path | None = None
) -> Iterator[Cluster]:
    """A cluster with the owners' roles, for as long as the tests run.

    Args:
        choice: Which server.
        disk: Where its data is to be; not for containers.
        like: A folder of `keep()`, to start a copy of; not for containers.
    """
    if choice.image:
        with _contained(choice.image) as made:
            yield _with_owners(made)
        return
    with _own(choice, disk, like) as made:
        yield made if like else _with_owners(made)


def keep(stopped: Cluster, folder: Path) -> None:
    """Copy a stopped cluster, passwords included, into a folder of its own."""
    staging = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    _copy(Path(stopped.data), staging / "data")
    cluster.save(stopped, staging / "cluster.json")
    staging.rename(folder)


def _copy(source: Path, target: Path) -> None:
    # With their owner, and quicker than Python copies two thousand files.
    subprocess.run(["cp", "-a", source, target], check=True)


@contextmanager
def _contained(image: str) -> Iterator[Cluster]:
    """A server in a container, which shows nothing of itself but its port."""
    # Slow to import, and most runs have no container.
    from testcontainers.community.postgres import PostgresContainer

    password = secrets.token_urlsafe(12)
    container = PostgresContainer(image, username=ADMIN, password=password, dbname=ADMIN)
    settings = " ".join(f"-c {setting}" for setting in SETTINGS)
    with container.with_command(f"postgres {settings}") as running_container:
        port = int(running_container.get_exposed_port(5432))
        found = Cluster(0, "", "", port, {ADMIN: password})
        with psycopg.connect(found.url()) as connection:
            yield replace(found, major=connection.info.server_version // 10000)


def programs(choice: ServerChoice) -> Path:
    """The folder of a server's programs; not for containers."""
    return choice.programs or binaries.embedded(choice.major)


@contextmanager
def _own(choice: ServerChoice, disk: Path | None, like: Path | None) -> Iterator[Cluster]:
    _adopt_orphans()
    folder = home(disk)
    try:
        made = (
            _copied(like, folder / "data")
            if like
            else cluster.create(programs(choice), choice.major, folder, "data")
        )
        made = cluster.start(made, *SETTINGS)
        try:
            yield made
        finally:
            cluster.stop(made, "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(kept: Path, data: Path) -> Cluster:
    description = cluster.read(kept / "cluster.json")
    assert description
    _copy(kept / "data", data)
    return replace(description, data=str(data), port=cluster.free_port())


def _adopt_orphans() -> None:
    """Make this process the parent of servers it starts, so that it can bury those it kills.

    As long as a killed postmaster is a zombie, its successor takes it for alive.
    """
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def kill(data: Path) -> None:
    """SIGKILL for the postmaster of a data folder and every process of it; waits until all left."""
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGSTOP)  # or it would fork more while they are counted
    deadline = time.monotonic() + 30
    while _status(Path(f"/proc/{postmaster}/stat"))[:1] != ["T"]:
        assert time.monotonic() < deadline
    children = [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _status(stat)[1:2] == [str(postmaster)]
    ]
    for pid in (postmaster, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(postmaster, 0)
    while any(Path(f"/proc/{pid}/exe").exists() for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _status(stat: Path) -> list[str]:
    """A process' state, its parent and so on; nothing once it is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []


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
        if made.major >= 16:
            connection.execute(_QUICK_LOGINS)
            again = sql.SQL("alter role {} password {}")
            administrator = made.passwords[ADMIN]
            connection.execute(again.format(sql.Identifier(ADMIN), sql.Literal(administrator)))
        for role, password in passwords.items():
            connection.execute(
                sql.SQL("create role {} with {} password {}").format(
                    sql.Identifier(role), sql.SQL(attributes[role]), sql.Literal(password)
                )
            )
    return Cluster(made.major, made.bin, made.data, made.port, {**made.passwords, **passwords})
