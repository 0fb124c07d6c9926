"""One Postgres cluster driven by its own programs: made, started, stopped."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import socket
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

import psycopg

from dbtool.errors import DatabaseError
from dbtool.server.binaries import Account, account

ADMIN = "postgres"
# Below those that systems give to outgoing connections (Linux: from 32768 on). Such a one, to a
# server that is down, can meet itself on the server's port, which the server then cannot have back.
PORTS = range(20_000, 32_768)


@dataclass(frozen=True)
class Cluster:
    """A cluster on this machine.

    Attributes:
        major: Postgres' major version.
        bin: Folder of its programs.
        data: Its data folder.
        port: TCP port on 127.0.0.1.
        passwords: By role; the administrator's is that of ``postgres``.
    """

    major: int
    bin: str
    data: str
    port: int
    passwords: dict[str, str]

    def url(self, role: str = ADMIN, database: str = "postgres") -> str:
        """A libpq URL for a role whose password is known."""
        password = quote(self.passwords[role], safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def log(self) -> Path:
        """The server's log."""
        return Path(self.data).with_suffix(".log")


def free_port() -> int:
    """A TCP port nobody listens on at this moment."""
    return next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))


def is_free(port: int) -> bool:
    """Whether nobody listens on a TCP port at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True


def create(programs: Path, major: int, home: Path, name: str) -> Cluster:
    """Initialise a cluster; a half-made one of an interrupted run is discarded.

    Args:
        programs: Folder of initdb and postgres.
        major: Their version.
        home: Folder for the data.
        name: Name of the data folder in it.
    """
    user = account()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    user.own(home)
    password = secrets.token_urlsafe(24)
    staging = Path(tempfile.mkdtemp(dir=home, prefix=".init-"))
    user.own(staging)
    secret = staging / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, "ascii")
    user.own(secret)
    try:
        _must(
            user,
            [
                str(programs / "initdb"),
                f"--pgdata={staging / 'data'}",
                f"--username={ADMIN}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            "initdb",
        )
        data = home / name
        (staging / "data").rename(data)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Cluster(major, str(programs), str(data), free_port(), {ADMIN: password})


def _must(user: Account, command: list[str], what: str) -> None:
    result = user.run(command)
    if result.returncode:
        raise DatabaseError(
            f"{what} failed",
            detail="\n".join(result.stdout.strip().splitlines()[-15:]),
            hint="Read the lines above, which are Postgres' own.",
        )


def is_running(cluster: Cluster, patience: int = 3) -> bool:
    """Whether a server answers for this cluster within so many seconds, and is this cluster's."""
    try:
        with psycopg.connect(cluster.url(), connect_timeout=patience) as connection:
            row = connection.execute("show data_directory").fetchone()
    except psycopg.Error:
        return False
    return bool(row and Path(row[0]).resolve() == Path(cluster.data).resolve())


def start(cluster: Cluster, *options: str) -> Cluster:
    """Start the server unless it runs; returns the cluster with the port it got.

    A postmaster.pid left by a killed server is Postgres' own to judge; a port taken by someone
    else since is changed.

    Args:
        cluster: What to start.
        options: Further settings, as ``name=value``.
    """
    if is_running(cluster):
        return cluster
    stop(cluster, "immediate")
    user = account()
    for attempt in range(3):
        settings = [
            f"port={cluster.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "password_encryption=scram-sha-256",
            *options,
        ]
        result = user.run(
            [
                str(Path(cluster.bin) / "pg_ctl"),
                f"--pgdata={cluster.data}",
                f"--log={cluster.log}",
                f"--options={' '.join(f'-c {setting}' for setting in settings)}",
                "--wait",
                "--timeout=120",
                "start",
            ]
        )
        if result.returncode == 0 and is_running(cluster, patience=60):
            return cluster
        if attempt < 2:
            time.sleep(1)  # processes of a killed server may still be leaving
            if not is_free(cluster.port):
                cluster = replace(cluster, port=free_port())
    log = cluster.log.read_text("utf-8", "replace") if cluster.log.exists() else result.stdout
    raise DatabaseError(
        "the embedded server does not start",
        detail="\n".join(log.strip().splitlines()[-15:]),
        hint=f"Read its log: {cluster.log}",
    )


def stop(cluster: Cluster, mode: str = "fast") -> bool:
    """Stop the server; True if one was running."""
    if not (Path(cluster.data) / "postmaster.pid").exists():
        return False
    command = [str(Path(cluster.bin) / "pg_ctl"), f"--pgdata={cluster.data}"]
    return account().run([*command, f"--mode={mode}", "--wait", "stop"]).returncode == 0


def save(cluster: Cluster, path: Path) -> None:
    """Write a cluster's description, passwords included, for its owner's eyes only."""
    staging = path.with_suffix(".new")
    descriptor = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(cluster), file, indent=2)
    staging.replace(path)


def read(path: Path) -> Cluster | None:
    """The cluster described in a file; None where there is none."""
    try:
        return Cluster(**json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
