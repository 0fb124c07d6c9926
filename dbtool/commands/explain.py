"""``dbtool access explain``: why one caller sees a row, or may call a function, on the target."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbtool.access.explain import function as of_function
from dbtool.access.explain import row as of_row
from dbtool.access.explain import sessions
from dbtool.access.explain.result import Explained
from dbtool.access.explain.sessions import Stage
from dbtool.db import connect
from dbtool.db.connect import Connection
from dbtool.errors import UsageError
from dbtool.project.settings import Settings
from dbtool.runner import session


def row(
    settings: Settings, asked: str, relation: str, id_: str, verb: str, authenticator_url: str
) -> Explained:
    """Explain one row; nothing is kept.

    Args:
        settings: Project and target.
        asked: A login's id, its address, a username, anon or service_role.
        relation: ``schema.name`` of a table or view.
        id_: Its primary key; several columns separated by commas.
        verb: select, insert, update or delete.
        authenticator_url: The login that PostgREST uses; empty if it is not known.

    Raises:
        UsageError: Something that was named is not there or not of its type.
        DatabaseError: Unreachable, not prepared, or the session does not see everything.
    """
    with _stage(settings, authenticator_url) as at:
        return of_row.explain(at, asked, relation, id_, verb)


def function(settings: Settings, asked: str, name: str, authenticator_url: str) -> Explained:
    """Explain one function; the rest as for a row."""
    with _stage(settings, authenticator_url) as at:
        return of_function.explain(at, asked, name)


@contextmanager
def _stage(settings: Settings, authenticator_url: str) -> Iterator[Stage]:
    url = session.url(settings)
    door_url = authenticator_url or _own_authenticator(settings, url)
    with connect.connect(url) as observer:
        connect.check_version(observer)
        if not door_url:
            with sessions.on(observer, None) as at:
                yield at
            return
        with connect.connect(door_url) as door:
            _check_same(observer, door)
            with sessions.on(observer, door) as at:
                yield at


def _own_authenticator(settings: Settings, url: str) -> str:
    """The embedded server's own authenticator, where that server is the target."""
    from dbtool.server import home

    known = home.find(settings.root)
    if known is None or not {home.OWNER, "authenticator"} <= known.passwords.keys():
        return ""
    is_target = url == known.url(home.OWNER, home.DATABASE)
    return known.url("authenticator", home.DATABASE) if is_target else ""


def _check_same(observer: Connection, door: Connection) -> None:
    """Refuse an authenticator of somewhere else.

    Raises:
        UsageError: It is another database, or another role.
    """
    here, there = ((connect.cluster(c), c.info.dbname) for c in (observer, door))
    if here != there:
        raise UsageError(
            "--authenticator-url is of another database than the target",
            hint="Give the same server and database, with the login that PostgREST uses.",
        )
    if door.info.user != "authenticator":
        raise UsageError(
            f"--authenticator-url is the login {door.info.user}, not authenticator",
            hint="Give the login authenticator: only it connects as clients do.",
        )
