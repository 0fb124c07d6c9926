"""Every layer between a caller and a row, and whether it lets the caller through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dbtool.access.explain import privileges
from dbtool.access.explain import target_row as targets
from dbtool.access.explain.callers import Caller
from dbtool.access.explain.privileges import PolicyFacts, RelationFacts
from dbtool.access.explain.result import HIDDEN, REFUSED, ExplainStep, Policy, Value
from dbtool.access.explain.sessions import Cell, Row, Stage
from dbtool.access.explain.target_row import TargetRow
from dbtool.db.connect import Connection
from dbtool.sql import conditions


def _sent(stage: Stage, target: TargetRow, role: str) -> Row | None:
    """A row like the given one, as the caller could send it."""
    if target.row is None:
        return None
    named = targets.insertable(stage.observer, target, role)
    sent: dict[str, Cell] = {}
    for column in target.table.columns:
        cell = target.row[column.name]
        # A trigger fills required columns that neither the caller nor a default gives.
        is_filled = column.is_required and not column.default
        is_kept = column.name in named or column.is_generated or column.is_numbered or is_filled
        sent[column.name] = cell if is_kept else Cell(cell.kind, None, column.default)
    return sent


def steps(
    stage: Stage, caller: Caller, target: TargetRow, role: str, verb: str
) -> Iterator[ExplainStep]:
    """The layers that a statement meets which finds the row by its key."""
    observer, relation, table = stage.observer, target.relation, target.table
    row = _sent(stage, target, role) if verb == "insert" else target.row
    may, by = privileges.schema_grant(observer, role, relation.schema)
    yield ExplainStep(
        "schema",
        relation.schema,
        may,
        REFUSED,
        f"{role} may use the schema, by the grant to {by}" if may else f"{role} may not use it",
    )
    yield from _grants(observer, target, role, verb)
    shown = target.shown
    if shown and shown.condition and verb != "insert":
        _, parts = conditions.split(shown.condition)
        asked = (
            stage.values(caller.persona, shown.alias, row, [shown.condition, *parts])
            if row
            else [Value(text, "") for text in (shown.condition, *parts)]
        )
        yield ExplainStep(
            "condition",
            relation.name,
            asked[0].value == "true" if row else None,
            REFUSED if asked[0].error else HIDDEN,
            f"the view's condition is {asked[0].value}" if row else "the view has a condition",
            conditions=tuple(asked),
        )
    if relation.is_view and not relation.is_invoker:
        yield ExplainStep(
            "policies",
            table.name,
            True,
            HIDDEN,
            f"not asked for the caller: the view has the rights of its owner {relation.owner}",
        )
        return
    open_ = privileges.why_open(observer, role, table.oid)
    if open_:
        yield ExplainStep("policies", table.name, True, HIDDEN, f"not asked: {open_}")
        return
    for layer, command, clause in _CLAUSES[verb]:
        yield _policies(stage, caller, target, role, row, layer, command, clause)


# Policies asked of a statement that finds its row by the key: it needs to see the row too.
_CLAUSES = {
    "select": (("policies", "select", "using"),),
    "insert": (("check", "insert", "with check"),),
    "update": (
        ("policies", "select", "using"),
        ("policies", "update", "using"),
        ("check", "update", "with check"),
    ),
    "delete": (("policies", "select", "using"), ("policies", "delete", "using")),
}


def _grants(observer: Connection, target: TargetRow, role: str, verb: str) -> Iterator[ExplainStep]:
    relation, table = target.relation, target.table
    yield _grant(observer, relation, role, verb, ())
    if verb in ("update", "delete"):
        key = [name for name in map(target.outside, table.key) if name]
        yield _grant(observer, relation, role, "select", key, " to find the row by its key")
    if target.shown is None or not relation.is_invoker:
        return
    if verb != "insert":
        named = sorted(privileges.columns_of_view(observer, relation.oid, table.oid))
        yield _grant(observer, table, role, "select", named, f", which {relation.name} names")
    if verb != "select":
        settable = privileges.nameable(observer, role, relation.oid, verb)
        wanted = [of for name, of in target.shown.columns.items() if of and name in settable]
        yield _grant(observer, table, role, verb, wanted if verb == "insert" else ())


def _grant(
    observer: Connection,
    of: RelationFacts,
    role: str,
    verb: str,
    needed: Sequence[str],
    why: str = "",
) -> ExplainStep:
    """Whether a role may name what is needed; with nothing in particular, any column."""
    may = privileges.nameable(observer, role, of.oid, verb)
    columns = tuple(c.name for c in of.columns if c.name in may)
    lacking = tuple(c.name for c in of.columns if c.name not in may)
    missing = [name for name in needed if name not in may]
    passes = not missing if needed else bool(may)
    if not may:
        text = f"{role} has no {verb} grant{why}"
    else:
        by = privileges.grantees(observer, role, of.oid, verb)
        what = "" if not lacking else f" on {len(columns)} of {len(of.columns)} columns"
        text = f"{verb}{what}, by the grant to {by}"
        if missing:
            text = f"{role} has no {verb} grant on {', '.join(missing)}{why}"
    return ExplainStep("grant", of.name, passes, REFUSED, text, columns, lacking)


def _policies(
    stage: Stage,
    caller: Caller,
    target: TargetRow,
    role: str,
    row: Row | None,
    layer: str,
    command: str,
    clause: str,
) -> ExplainStep:
    """All policies of one command: one permissive one must hold, and every restrictive one."""
    table = target.table
    found = privileges.policies(stage.observer, role, table.oid, command)
    asked = tuple(
        policy
        for facts in found
        if (policy := _policy(stage, caller, table, row, facts, clause)) is not None
    )
    permissive = [p.condition.value for p in asked if p.is_permissive]
    restrictive = [p.condition.value for p in asked if not p.is_permissive]
    failing = any(p.condition.error for p in asked)
    passes: bool | None = "true" in permissive and all(v == "true" for v in restrictive)
    if failing:
        passes = False
    elif row is None:
        passes = None if permissive else False
    word = f"{command} policies" + (" (new row)" if clause == "with check" else "")
    if failing:
        text = f"a {word} cannot be asked: " + "; ".join(
            f"{p.name}: {p.condition.error}" for p in asked if p.condition.error
        )
    elif not permissive:
        text = f"no {word} for {role}: nothing is let through"
    elif row is None:
        text = f"{len(asked)} {word} for {role}"
    elif "true" not in permissive:
        text = f"none of the {word} for {role} holds: " + _named(asked, True, "true")
    elif not passes:
        text = f"a restrictive {word} closes it: " + _named(asked, False, "true")
    else:
        text = f"{word} let it through: " + ", ".join(
            p.name for p in asked if p.is_permissive and p.condition.value == "true"
        )
    if failing:
        return ExplainStep("policies", table.name, passes, REFUSED, text, policies=asked)
    otherwise = REFUSED if layer == "check" else HIDDEN
    return ExplainStep(layer, table.name, passes, otherwise, text, policies=asked)


def _named(asked: Iterable[Policy], is_permissive: bool, value: str) -> str:
    return ", ".join(
        f"{p.name} is {p.condition.value}"
        for p in asked
        if p.is_permissive == is_permissive and p.condition.value != value
    )


def _policy(
    stage: Stage,
    caller: Caller,
    table: RelationFacts,
    row: Row | None,
    facts: PolicyFacts,
    clause: str,
) -> Policy | None:
    """A policy's condition; None where it has none in this clause."""
    # Without a check of its own the condition for old rows counts for new ones too.
    text = facts.using if clause == "using" else facts.check or facts.using
    if not text:
        return None
    word, parts = conditions.split(text)
    asked = (
        stage.values(caller.persona, table.short, row, [text, *parts])
        if row
        else [Value(part, "") for part in (text, *parts)]
    )
    return Policy(
        facts.name,
        facts.verb,
        clause,
        facts.is_permissive,
        asked[0],
        word,
        tuple(asked[1:]),
        facts.comment,
    )
