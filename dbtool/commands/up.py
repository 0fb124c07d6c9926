"""``dbtool up``, ``down`` and ``psql``: the embedded server of a laptop."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import psycopg
from psycopg import sql

from dbtool.commands import migrate, seed
from dbtool.db import connect
from dbtool.errors import PlatformError, UsageError
from dbtool.project.settings import Settings
from dbtool.runner import platform
from dbtool.runner.progress import Progress
from dbtool.runner.result import Migrated, Options
from dbtool.server import cluster, home, postgrest
from dbtool.server.cluster import Cluster

DEFAULT_MAJOR = 18
_TOKEN_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Api:
    """PostgREST as its user needs it.

    Attributes:
        url: Where PostgREST listens.
        tokens: Whose token (an address of the demo world, or ``service_role``) to the token.
        example: A command that works.
        log: PostgREST's log file.
    """

    url: str
    tokens: Mapping[str, str]
    example: str
    log: str


@dataclass(frozen=True)
class Running:
    """The server as its user needs it.

    Attributes:
        major: Postgres' version.
        owner_url: For migrations.
        authenticator_url: For PostgREST.
        admin_url: For the administrator.
        log: The server's log file.
        migrated: What the run applied.
        demo_rows: Demo rows inserted.
        api: PostgREST, where it was asked for.
    """

    major: int
    owner_url: str
    authenticator_url: str
    admin_url: str
    log: str
    migrated: Migrated
    demo_rows: int
    api: Api | None = None


def up(
    settings: Settings, major: int | None, demo: bool, progress: Progress, api: bool = False
) -> Running:
    """Make, start, prepare, migrate and seed; skip what is done already.

    Args:
        settings: The project.
        major: 16 or 18; None for the one that is there, or else 18.
        demo: Whether to insert the demo rows.
        progress: Where to say what happens.
        api: Whether to serve schema api by PostgREST too.

    Raises:
        UsageError: Another version is there already, or there is no PostgREST.
    """
    if api:
        postgrest.program()
    with home.exclusive(settings.root):
        known = home.find(settings.root)
        if known and major and known.major != major and Path(known.data).exists():
            raise UsageError(
                f"the embedded server here is Postgres {known.major}",
                hint="Delete it first: dbtool down --destroy",
            )
        progress.start(0, "embedded server")
        progress.step("starting Postgres")
        server = home.ensure(settings.root, major or (known.major if known else DEFAULT_MAJOR))
        server = _prepare(settings, server, progress)
    owner = replace(settings, database_url=server.url(home.OWNER, home.DATABASE), direct_url="")
    migrated = migrate.migrate(owner, Options(), progress)
    rows = seed.seed_demo(owner, progress).inserted if demo else 0
    return Running(
        server.major,
        server.url(home.OWNER, home.DATABASE),
        server.url("authenticator", home.DATABASE),
        server.url(cluster.ADMIN, home.DATABASE),
        str(server.log),
        migrated,
        rows,
        _serve(settings, server, progress) if api else None,
    )


def _serve(settings: Settings, server: Cluster, progress: Progress) -> Api:
    """PostgREST, and tokens for everyone in the demo world."""
    import jwt  # for this alone

    progress.start(0, "PostgREST")
    progress.step("starting PostgREST")
    with home.exclusive(settings.root):
        state = home.api_description(settings.root)
        door = postgrest.ensure(state, server.url("authenticator", home.DATABASE))
    expiry = int(time.time()) + _TOKEN_SECONDS
    claims = {"service_role": {"role": "service_role", "exp": expiry}}
    with connect.connect(server.url(home.OWNER, home.DATABASE)) as connection:
        people = connection.execute(
            """
            select id::text, email, is_anonymous from auth.users
            where email like '%@example.com' or is_anonymous
            order by id limit 20
            """
        ).fetchall()
    for id_, email, is_anonymous in people:
        claims[email or "anonymous sign-in"] = {
            "sub": id_,
            "role": "authenticated",
            "email": email or "",
            "is_anonymous": is_anonymous,
            "exp": expiry,
        }
    tokens = {
        name: jwt.encode(told, door.jwt_secret, algorithm="HS256") for name, told in claims.items()
    }
    first = next((name for name in tokens if name != "service_role"), "service_role")
    view = "roles" if first == "service_role" else "my_profile"
    example = f"curl {door.url}/{view} -H 'Authorization: Bearer {tokens[first]}'"
    return Api(door.url, tokens, example, str(state.with_suffix(".log")))


def _prepare(settings: Settings, server: Cluster, progress: Progress) -> Cluster:
    """Database, roles and passwords; the passwords are saved before they are set."""
    missing = {home.OWNER, "authenticator"} - server.passwords.keys()
    if missing:
        new = {role: secrets.token_urlsafe(24) for role in sorted(missing)}
        server = Cluster(
            server.major, server.bin, server.data, server.port, {**server.passwords, **new}
        )
        cluster.save(server, home.description(settings.root))
    with connect.connect(server.url()) as connection:
        database = sql.Identifier(home.DATABASE)
        exists = connection.execute(
            "select from pg_catalog.pg_database where datname = %s", [home.DATABASE]
        ).fetchone()
        if exists is None:
            connection.execute(sql.SQL("create database {}").format(database))
    if _is_prepared(server):
        return server
    platform.prepare(
        settings.root,
        server.url(cluster.ADMIN, home.DATABASE),
        home.OWNER,
        progress,
        {role: server.passwords[role] for role in (home.OWNER, "authenticator")},
    )
    return server


def _is_prepared(server: Cluster) -> bool:
    try:
        for role in (home.OWNER, "authenticator"):
            psycopg.connect(server.url(role, home.DATABASE)).close()
        with connect.connect(server.url(home.OWNER, home.DATABASE)) as connection:
            connect.check_platform(connection)
    except (psycopg.Error, PlatformError):
        return False
    return True


@dataclass(frozen=True)
class Stopped:
    """What ``down`` found and did."""

    was_running: bool
    destroyed: bool


def down(settings: Settings, destroy: bool) -> Stopped:
    """Stop the server; with ``destroy`` delete its data too."""
    with home.exclusive(settings.root):
        known = home.find(settings.root)
        postgrest.stop(home.api_description(settings.root))
        stopped = cluster.stop(known) if known else False
        if destroy:
            home.destroy(settings.root)
        return Stopped(stopped, destroy)


def psql(settings: Settings, as_role: str, arguments: list[str]) -> NoReturn:
    """Become psql on the embedded server.

    Raises:
        UsageError: No server, or no psql.
    """
    known = home.find(settings.root)
    if known is None or not cluster.is_running(known):
        raise UsageError("the embedded server is not running", hint="Run `dbtool up`.")
    roles = {"owner": home.OWNER, "authenticator": "authenticator", "admin": cluster.ADMIN}
    if as_role not in roles:
        raise UsageError(f"no such login: {as_role}", hint=f"Use one of {', '.join(roles)}.")
    own = Path(known.bin) / "psql"
    program = str(own) if own.exists() else shutil.which("psql")
    if program is None:
        raise UsageError("psql is not installed")
    role = roles[as_role]
    # The password travels in the environment: arguments are visible to every user.
    for ours in ("PGTZ", "PGDATESTYLE"):
        os.environ.pop(ours, None)
    os.environ["PGPASSWORD"] = known.passwords[role]
    target = f"host=127.0.0.1 port={known.port} dbname={home.DATABASE} user={role}"
    os.execv(program, [program, target, *arguments])  # noqa: S606 (no shell is meant; psql takes over)
