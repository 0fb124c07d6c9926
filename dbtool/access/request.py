"""How a request begins: what PostgREST runs before anybody's statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from psycopg import sql

from dbtool.access.personas import Persona
from dbtool.db.connect import printed


def preamble(
    claims: Mapping[str, object],
    method: str = "POST",
    path: str = "/rpc/matrix",
    asks: bool = True,
    role: str = "",
) -> sql.Composed:
    """What PostgREST runs at the beginning of a request's transaction.

    The settings are those of PostgREST 12 in its order; a test compares them with what a real one
    sends.

    Args:
        claims: Those of the token.
        method: HTTP method.
        path: HTTP path.
        asks: Whether db-pre-request is configured.
        role: The role put on; by default the claim's.
    """
    settings = {
        "search_path": '"api", "public"',
        "role": role or str(claims["role"]),
        "request.jwt.claims": json.dumps(claims),
        "request.method": method,
        "request.path": path,
        "request.headers": "{}",
        "request.cookies": "{}",
    }
    calls = sql.SQL(", ").join(
        sql.SQL("set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    )
    query = sql.SQL("select {}").format(calls)
    return query + sql.SQL("; select api.pre_request()") if asks else query


@cache
def entrance(persona: Persona, method: str = "POST") -> sql.SQL:
    """The same for a persona, in an administrator's session."""
    session = sql.SQL("set local session authorization authenticator; ")
    whole = session + preamble(persona.claims, method, asks=not persona.has_hook_only)
    return printed(whole.as_string())
