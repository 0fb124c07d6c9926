"""PostgREST beside the embedded server, for a laptop."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path

from dbtool.errors import DatabaseError, UsageError
from dbtool.server import cluster

# Names the program where it is not called postgrest on PATH.
VARIABLE = "DBTOOL_POSTGREST"
_PATIENCE = 30


@dataclass(frozen=True)
class PostgrestProcess:
    """A PostgREST on this machine.

    Attributes:
        pid: Its process.
        started: When that process began, as ps tells it: numbers are given to others in time.
        port: TCP port on 127.0.0.1.
        admin_port: Where it says whether it is ready.
        jwt_secret: Signs the tokens it believes (HS256).
    """

    pid: int
    started: str
    port: int
    admin_port: int
    jwt_secret: str

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"http://127.0.0.1:{self.port}"


def program() -> Path:
    """The program.

    Raises:
        UsageError: It is not there.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named or "postgrest")
    if not found:
        raise UsageError(
            f"PostgREST is not installed{f' as {named}' if named else ''}",
            hint="Take the program from https://github.com/PostgREST/postgrest/releases and put it "
            f"on PATH, or name it in {VARIABLE}.",
        )
    return Path(found)


def settings(database_url: str, door: PostgrestProcess) -> dict[str, str]:
    """PostgREST's configuration for the package, as environment variables."""
    return {
        "PGRST_DB_URI": database_url,
        "PGRST_DB_SCHEMAS": "api",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_PRE_REQUEST": "api.pre_request",
        "PGRST_JWT_SECRET": door.jwt_secret,
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(door.port),
        "PGRST_ADMIN_SERVER_PORT": str(door.admin_port),
    }


def ensure(state: Path, database_url: str, **further: str) -> PostgrestProcess:
    """Start it unless it runs already.

    Args:
        state: File in which it is remembered, for its owner's eyes only.
        database_url: The authenticator's.
        further: More of PostgREST's settings, as its environment variables.

    Raises:
        UsageError: There is no such program.
        DatabaseError: It does not start.
    """
    known = read(state)
    if known and _is_ready(known):
        return known
    stop(state)
    secret = known.jwt_secret if known else secrets.token_urlsafe(32)
    port = known.port if known and cluster.is_free(known.port) else cluster.free_port()
    door = PostgrestProcess(0, "", port, cluster.free_port(), secret)
    log = state.with_suffix(".log")
    executable = program()
    with log.open("w") as output:
        # With a session of its own, so that Ctrl-C in the terminal does not end it. The password
        # travels in the environment: arguments are visible to every user.
        process = subprocess.Popen(
            [str(executable)],
            env={**os.environ, **settings(database_url, door), **further},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    door = PostgrestProcess(process.pid, started(process.pid), door.port, door.admin_port, secret)
    _save(door, state)
    deadline = time.monotonic() + _PATIENCE
    while not _is_ready(door):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(state)
            raise DatabaseError(
                "PostgREST does not start",
                detail="\n".join(log.read_text("utf-8", "replace").strip().splitlines()[-10:]),
                hint=f"Read its log: {log}",
            )
        time.sleep(0.05)
    return door


def stop(state: Path) -> bool:
    """Stop it; True if it was running. Its port and secret are remembered for the next time."""
    known = read(state)
    if known is None or not _is_ours(known):
        return False
    os.kill(known.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while _is_ours(known) and time.monotonic() < deadline:
        time.sleep(0.02)
    return True


def read(state: Path) -> PostgrestProcess | None:
    """The one that is remembered, running or not."""
    try:
        found = PostgrestProcess(**json.loads(state.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    numbers = (found.pid, found.port, found.admin_port)
    return found if all(type(number) is int for number in numbers) else None


def _save(door: PostgrestProcess, state: Path) -> None:
    descriptor = os.open(state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(door), file, indent=2)


def _is_ready(door: PostgrestProcess) -> bool:
    if not _is_ours(door):
        return False
    connection = HTTPConnection("127.0.0.1", door.admin_port, timeout=2)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _is_ours(door: PostgrestProcess) -> bool:
    """Whether the process that was started still runs."""
    if door.pid <= 0 or not door.started:
        return False
    return started(door.pid) == door.started


def started(pid: int) -> str:
    """When a process began and its program; empty where none runs, or nobody has buried it yet."""
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=", "-o", "lstart=", "-o", "comm="],
        capture_output=True,
        text=True,
        check=False,
    )
    state, *words = shown.stdout.split() or ["Z"]
    return "" if state.startswith("Z") else " ".join(words)
