"""Why one caller may or may not call a function, and what it will ask about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
from psycopg import sql

from dbtool.access.explain import callers, function_checks, privileges
from dbtool.access.explain.callers import Caller
from dbtool.access.explain.function_checks import CatalogFunction
from dbtool.access.explain.result import (
    ALLOWED,
    NOTICE,
    REFUSED,
    Explained,
    ExplainStep,
    FunctionFacts,
    Trial,
)
from dbtool.access.explain.row import disagreement, judged
from dbtool.access.explain.sessions import Stage, said
from dbtool.access.matrix.probes import DENIED, undone
from dbtool.db.connect import Connection, printed

_COMMENT_LINE = re.compile(r"^(Raises|Caller): (.*?)(?=^\w+: |\Z)", re.S | re.M)


def explain(stage: Stage, asked: str, name: str) -> Explained:
    """Explain a call.

    Args:
        stage: The sessions.
        asked: The caller, as callers.find() takes it.
        name: ``schema.name``, with argument types where several functions have it.

    Raises:
        UsageError: There is no such caller or function, or several functions.
        DatabaseError: The session does not see every row.
    """
    caller = callers.find(stage.observer, asked)
    functions = function_checks.read_all(stage.observer)
    function = function_checks.find(functions, name)
    standing = callers.standing(stage.observer, caller)
    door = callers.door(stage, caller, standing)
    steps: tuple[ExplainStep, ...] = ()
    tried = Trial("", "not tried: the pre-request refuses the request")
    verdict, because = REFUSED, f"the pre-request refuses: {door.refusal}"
    if door.role:
        steps = tuple(_steps(stage.observer, function, door.role))
        verdict, because = judged(steps, "execute", exists=True)
        tried = _try(stage, caller, function)
    facts = FunctionFacts(
        function.signature,
        "definer" if function.is_definer else "invoker",
        function.owner,
        _line(function.comment, "Raises"),
        _line(function.comment, "Caller"),
        tuple(function_checks.checks(functions, function, caller, door.role, standing)),
    )
    notes = ["A call that may be made can still refuse: the function's own checks are listed."]
    if not function.is_definer:
        notes.append(
            "It runs with its caller's rights: explain the tables that it uses with --table."
        )
    return Explained(
        NOTICE,
        caller.said,
        str(caller.persona.user_id) if caller.persona.user_id else None,
        function.name,
        "execute",
        {},
        door,
        steps,
        verdict,
        because,
        tried,
        disagreement(verdict, tried),
        standing,
        facts,
        tuple(notes),
    )


def _line(comment: str, heading: str) -> str:
    for match in _COMMENT_LINE.finditer(comment):
        if match[1] == heading:
            return " ".join(match[2].split())
    return ""


def _steps(observer: Connection, function: CatalogFunction, role: str) -> Iterator[ExplainStep]:
    may, by = privileges.schema_grant(observer, role, function.schema)
    yield ExplainStep(
        "schema",
        function.schema,
        may,
        REFUSED,
        f"{role} may use the schema, by the grant to {by}" if may else f"{role} may not use it",
    )
    grantees = _grantees(observer, role, function.oid)
    yield ExplainStep(
        "grant",
        function.signature,
        bool(grantees),
        REFUSED,
        f"execute, by the grant to {grantees}" if grantees else f"{role} has no execute grant",
    )
    if function.is_trigger:
        yield ExplainStep("kind", function.signature, False, REFUSED, "only a trigger may call it")


def _try(stage: Stage, caller: Caller, function: CatalogFunction) -> Trial:
    """Let the server prepare a call as the caller; a plan is made and nothing runs."""
    if stage.caller_session is None:
        return Trial(
            "",
            "not tried: this session may not become the caller's role. Give --authenticator-url",
        )
    if function.is_trigger or any(kind.startswith("any") for kind in function.arguments):
        return Trial("", "not tried: no plain statement can call it")
    places = [sql.SQL(f"${n}") for n in range(1, len(function.arguments) + 1)]
    types = sql.SQL(", ").join(map(printed, function.arguments))
    schema, _, short = function.name.partition(".")
    # With a plan for any arguments none is worked out beforehand.
    prepare = sql.SQL("prepare dbtool_call{} as select from {}({})").format(
        sql.SQL("({})").format(types) if places else sql.SQL(""),
        sql.Identifier(schema, short),
        sql.SQL(", ").join(places),
    )
    nulls = sql.SQL(", ").join([sql.NULL] * len(places))
    execute = sql.SQL("explain execute dbtool_call{}").format(
        sql.SQL("({})").format(nulls) if places else sql.SQL("")
    )
    text = f"explain select from {function.signature}"
    try:
        with stage.entered(caller.persona) as connection:
            connection.execute(b"set local plan_cache_mode = force_generic_plan")
            connection.execute(prepare)
            connection.execute(execute)
    except psycopg.Error as error:
        outcome = REFUSED if error.sqlstate == DENIED else ""
        return Trial(outcome, f"{said(error)}: {text}")
    finally:
        _forget(stage.caller_session)
    return Trial(ALLOWED, f"planned, not run: {text}")


def _forget(connection: Connection) -> None:
    """Prepared statements outlive a rollback."""
    with undone(connection):
        rows = connection.execute(
            b"select from pg_prepared_statements where name = 'dbtool_call'"
        ).fetchall()
        if rows:
            connection.execute(b"deallocate dbtool_call")


def _grantees(connection: Connection, role: str, oid: int) -> str:
    """By whose grant a role may call a function; empty where it may not."""
    rows = connection.execute(
        """
        select distinct case x.grantee when 0 then 'public' else x.grantee::regrole::text end
        from pg_catalog.pg_proc as p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
        where p.oid = %(oid)s and x.privilege_type = 'EXECUTE'
            and case x.grantee when 0 then true else pg_has_role(%(role)s, x.grantee, 'usage') end
        order by 1
        """,
        {"oid": oid, "role": role},
    ).fetchall()
    return ", ".join(name for (name,) in rows)
