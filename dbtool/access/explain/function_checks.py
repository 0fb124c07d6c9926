"""What functions ask about their caller, read from their text and that of those they call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dbtool.access.explain import privileges
from dbtool.access.explain.callers import Caller
from dbtool.access.explain.result import FunctionCheck, UserGrants
from dbtool.db.connect import Connection
from dbtool.errors import UsageError
from dbtool.sql import calls
from dbtool.sql.calls import CallSite

# Which argument names a permission (or a role), and which the scope. Their own bodies are not
# looked into: what they ask is what they are called for.
_PERMISSION_AT = {
    "rbac.has_permission": 1,
    "rbac.has_permission_in": 1,
    "rbac.scope_ids": 1,
    "rbac.has_role": 1,
}
_ASKING = (*_PERMISSION_AT, "rbac.is_staff", "util.is_service", "auth.uid", "auth.role", "auth.jwt")


@dataclass(frozen=True)
class CatalogFunction:
    """A function of the catalog.

    Attributes:
        oid: In pg_proc.
        schema: Its schema.
        name: ``schema.name``.
        signature: With the types of its arguments.
        arguments: Types of the arguments that a call gives.
        is_definer: Whether it works with its owner's rights.
        owner: Whose these are.
        is_trigger: Whether only triggers may call it.
        body: What it does.
        comment: What it says of itself.
    """

    oid: int
    schema: str
    name: str
    signature: str
    arguments: list[str]
    is_definer: bool
    owner: str
    is_trigger: bool
    body: str
    comment: str


def read_all(connection: Connection) -> list[CatalogFunction]:
    """Every function written in SQL or PL/pgSQL outside Postgres' own schemas."""
    rows = connection.execute(
        """
        select
            p.oid::bigint, n.nspname, n.nspname || '.' || p.proname, p.oid::regprocedure::text,
            array(
                select format_type(t.oid, null)
                from unnest(p.proargtypes::oid[]) with ordinality as t (oid, place)
                order by t.place
            ),
            p.prosecdef, p.proowner::regrole::text,
            p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype),
            coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
            coalesce(obj_description(p.oid, 'pg_proc'), '')
        from pg_catalog.pg_proc as p
        inner join pg_catalog.pg_namespace as n on p.pronamespace = n.oid
        inner join pg_catalog.pg_language as l on p.prolang = l.oid
        where p.prokind = 'f' and l.lanname in ('sql', 'plpgsql')
            and n.nspname !~ '^(pg_|information_schema$)'
        order by 4
        """
    ).fetchall()
    return [CatalogFunction(*row) for row in rows]


def find(functions: list[CatalogFunction], name: str) -> CatalogFunction:
    """The function that a person names.

    Raises:
        UsageError: There is none, or more than one.
    """
    wanted = "".join(name.split())
    found = [f for f in functions if wanted in (f.name, "".join(f.signature.split()))]
    if not found:
        known = sorted({f.name for f in functions})
        bare = name.partition("(")[0]
        raise UsageError(f"there is no function {name}", hint=privileges.similar(bare, known))
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} functions are called {name}",
            detail="\n".join(f.signature for f in found),
            hint="Name one with the types of its arguments.",
        )
    return found[0]


def checks(
    functions: list[CatalogFunction],
    start: CatalogFunction,
    caller: Caller,
    role: str,
    standing: UserGrants | None,
) -> Iterator[FunctionCheck]:
    """What a function and those that it calls ask about the caller."""
    by_name: dict[str, list[CatalogFunction]] = {}
    for function in functions:
        by_name.setdefault(function.name, []).append(function)
    waiting, known = [start], {start.oid}
    while waiting:
        function = waiting.pop(0)
        told = -1  # calls inside a question are part of it
        for call in calls.read(function.body):
            if call.name in _ASKING:
                if call.start > told:
                    yield _check(function, call, caller, role, standing)
                    told = call.end
                continue
            for called in by_name.get(call.name, ()):
                if called.oid not in known:
                    known.add(called.oid)
                    waiting.append(called)


def _check(
    function: CatalogFunction,
    call: CallSite,
    caller: Caller,
    role: str,
    standing: UserGrants | None,
) -> FunctionCheck:
    def found(permission: str, held: bool | None, text: str) -> FunctionCheck:
        return FunctionCheck(function.name, call.text, permission, held, text)

    if call.name == "util.is_service":
        is_service = role == "service_role"
        return found("", is_service, "a back end" if is_service else f"no back end, but {role}")
    if call.name not in _PERMISSION_AT:
        is_known = caller.persona.user_id is not None
        text = "compares with the caller" if call.is_compared else "asks who is calling"
        return found("", None, f"{text}: {caller.persona.user_id if is_known else 'nobody'}")
    place = _PERMISSION_AT[call.name]
    literal = call.arguments[place].literal if len(call.arguments) > place else None
    if literal is None:
        return found("", None, "which one is known when it is called")
    if call.name == "rbac.has_role":
        return found(literal, *_role(literal, standing))
    return found(literal, *_permission(literal, call.name, standing))


def _role(name: str, standing: UserGrants | None) -> tuple[bool, str]:
    held = [r for r in standing.roles if r.name == name] if standing else []
    counting = [r for r in held if r.counts and r.scope == "global"]
    if counting:
        return True, f"held, {_until(counting[0].until)}"
    return False, "; ".join(r.why_not or f"held for {r.scope} only" for r in held) or "not held"


def _permission(name: str, asked_by: str, standing: UserGrants | None) -> tuple[bool | None, str]:
    """Whether it counts; for a question about one scope only the scope can tell."""
    held = [p for p in standing.permissions if p.name == name] if standing else []
    counting = [p for p in held if p.counts]
    everywhere = [p for p in counting if p.scope == "global"]
    ways = "; ".join(f"through {p.role} ({p.scope}), {_until(p.until)}" for p in counting)
    if asked_by == "rbac.scope_ids":
        scoped = [p for p in counting if p.scope != "global"]
        return (None if scoped else False), ways if scoped else "held in no single scope"
    if everywhere:
        return True, ways
    if counting:
        return (None if asked_by == "rbac.has_permission_in" else False), f"{ways} only"
    reasons = "; ".join(f"{p.role} ({p.scope}): {p.why_not}" for p in held)
    return False, reasons or "not held: no role of the caller gives it"


def _until(text: str) -> str:
    return f"until {text}" if text else "without an end"
