"""The project's own embedded server: ``.dbtool/`` in the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbtool.server import binaries, cluster, postgrest
from dbtool.server.cluster import Cluster

DATABASE = "foundations"
OWNER = "foundations_owner"


def folder(root: Path) -> Path:
    """Where the project keeps what belongs to its embedded server."""
    return root / ".dbtool"


def description(root: Path) -> Path:
    """The file that says how to reach the server; it holds passwords."""
    return folder(root) / "server.json"


def api_description(root: Path) -> Path:
    """The file that says how to reach PostgREST; it holds the secret that signs tokens."""
    return folder(root) / "api.json"


def data_home(root: Path) -> Path:
    """Where the server's data lies: in ``.dbtool/``, or for root below /var/lib/dbtool."""
    if os.geteuid() != 0:
        return folder(root)
    digest = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]
    return binaries.ROOT_HOME / f"{root.resolve().name}-{digest}"


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Let one dbtool at a time start or stop the project's server."""
    folder(root).mkdir(mode=0o700, exist_ok=True)
    with (folder(root) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def find(root: Path) -> Cluster | None:
    """The project's server, running or not; None before the first ``up``."""
    return cluster.read(description(root))


def ensure(root: Path, major: int) -> Cluster:
    """Make and start the project's server, whatever state it was left in."""
    known = find(root)
    if known is None or not Path(known.data, "PG_VERSION").exists():
        # Data whose description is lost cannot be opened any more: nobody knows its password.
        destroy(root)
        programs = binaries.embedded(major)
        known = cluster.create(programs, major, data_home(root), f"pg{major}")
        cluster.save(known, description(root))
    running = cluster.start(known)
    if running != known:
        cluster.save(running, description(root))
    return running


def destroy(root: Path) -> None:
    """Stop the server, and PostgREST before it, and delete its data."""
    postgrest.stop(api_description(root))
    for data in data_home(root).glob("pg*/PG_VERSION"):
        # Found by its folder, because the description may be lost while the server still runs.
        major = int(data.read_text("ascii"))
        server = Cluster(major, str(binaries.embedded(major)), str(data.parent), 0, {})
        cluster.stop(server, "immediate")
    if os.geteuid() == 0:
        shutil.rmtree(data_home(root), ignore_errors=True)
    for path in folder(root).glob("pg*"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
    description(root).unlink(missing_ok=True)
    api_description(root).unlink(missing_ok=True)
