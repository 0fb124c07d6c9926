"""Tries what was explained, as the caller, and rolls it back."""

from __future__ import annotations

import psycopg
from psycopg import sql

from dbtool.access.explain import privileges
from dbtool.access.explain import target_row as targets
from dbtool.access.explain.result import ALLOWED, HIDDEN, REFUSED, VISIBLE, Trial
from dbtool.access.explain.sessions import Row, Stage, said
from dbtool.access.explain.target_row import TargetRow
from dbtool.access.matrix.probes import DENIED
from dbtool.access.personas import Persona
from dbtool.db.connect import Connection

_METHODS = {"select": "GET", "insert": "POST", "update": "PATCH", "delete": "DELETE"}
# Errors that say nothing about access: a lock or a timeout, a server that takes no writes.
_NO_ANSWER = ("55P03", "57014", "25006", "40P01")


def run(stage: Stage, persona: Persona, target: TargetRow, role: str, verb: str) -> Trial:
    """Try a verb on the row, by its key, as a client would."""
    if stage.caller_session is None:
        return Trial(
            "",
            "not tried: this session may not become the caller's role. Give --authenticator-url",
        )
    statement, why_not = _statement(stage, target, role, verb)
    if statement is None:
        return Trial("", f"not tried: {why_not}")
    answer = stage.attempt(persona, statement, _METHODS[verb])
    text = statement.as_string(stage.observer)
    through = VISIBLE if verb == "select" else ALLOWED
    if not isinstance(answer, psycopg.Error):
        outcome = through if answer else HIDDEN
        return Trial(outcome, f"{answer} row{'' if answer == 1 else 's'}: {text}; rolled back")
    if answer.sqlstate in _NO_ANSWER:
        return Trial("", f"not tried to the end: {said(answer)}: {text}")
    if answer.sqlstate == DENIED:
        return Trial(REFUSED, f"{said(answer)}: {text}")
    # A constraint or a trigger refused: only a row that was let through reaches them.
    return Trial(through, f"let through, then stopped by something else: {said(answer)}: {text}")


def _statement(
    stage: Stage, target: TargetRow, role: str, verb: str
) -> tuple[sql.Composed | None, str]:
    """What to try; or None, and why it cannot be tried."""
    relation = sql.Identifier(target.relation.schema, target.relation.short)
    if verb == "insert":
        return _insertion(stage, target, role, relation)
    key = {column: (target.outside(column), value) for column, value in target.key.items()}
    if not all(name for name, _ in key.values()):
        return None, f"{target.relation.name} does not show the key"
    found = targets.where(target.table, key)
    may_see = privileges.nameable(stage.observer, role, target.relation.oid, "select")
    if verb == "select":
        if may_see and not {name for name, _ in key.values()} <= may_see:
            return None, "the caller may not name the key, and so cannot ask for this row"
        # Without any grant the key is enough: every statement is refused.
        columns = [c.name for c in target.relation.columns if c.name in may_see]
        listed = sql.SQL(", ").join(map(sql.Identifier, columns or [n for n, _ in key.values()]))
        return sql.SQL("select {} from {} where {}").format(listed, relation, found), ""
    if verb == "delete":
        return sql.SQL("delete from {} where {}").format(relation, found), ""
    name, value = _harmless(stage.observer, target, role)
    change = sql.SQL("{} = {}").format(sql.Identifier(name), value)
    return sql.SQL("update {} set {} where {}").format(relation, change, found), ""


def _harmless(observer: Connection, target: TargetRow, role: str) -> tuple[str, sql.Composable]:
    """A column and the value that it has: one that the caller may set, if there is one."""
    may = privileges.nameable(observer, role, target.relation.oid, "update")
    may_below = privileges.nameable(observer, role, target.table.oid, "update")
    settable = [c for c in target.table.columns if not c.is_generated and target.outside(c.name)]
    best = sorted(
        settable,
        key=lambda c: (
            target.outside(c.name) not in may,
            c.name not in may_below,
            c.is_numbered,  # GENERATED ALWAYS is refused before anybody asks for a grant
            c.name in target.table.key,
        ),
    )[0]
    value = target.row[best.name].sql if target.row else sql.NULL
    return target.outside(best.name), value


def _insertion(
    stage: Stage, target: TargetRow, role: str, relation: sql.Identifier
) -> tuple[sql.Composed | None, str]:
    row: Row | None = target.row
    if row is None:
        return None, "there is no row to take the values from"
    named = targets.insertable(stage.observer, target, role)
    numbered = [c.name for c in target.table.columns if c.is_numbered and c.name not in named]
    if not named:  # refused, whatever it names
        named = {c.name: c.name for c in target.table.columns if not c.is_generated}
        named = {column: target.outside(column) for column in named if target.outside(column)}
    elif numbered:
        return None, f"the default of {', '.join(numbered)} would use up a number of its sequence"
    return (
        sql.SQL("insert into {} ({}) overriding system value values ({})").format(
            relation,
            sql.SQL(", ").join(map(sql.Identifier, named.values())),
            sql.SQL(", ").join(row[column].sql for column in named),
        ),
        "",
    )
