"""Why one caller sees, changes or does not reach one row: layer by layer, then by trying."""

from __future__ import annotations

from collections.abc import Iterable

from dbtool.access.expectations import VERBS
from dbtool.access.explain import attempt, callers, layers
from dbtool.access.explain import target_row as targets
from dbtool.access.explain.result import (
    ABSENT,
    ALLOWED,
    HIDDEN,
    NOTICE,
    REFUSED,
    VISIBLE,
    Explained,
    ExplainStep,
    Trial,
)
from dbtool.access.explain.sessions import Stage
from dbtool.errors import UsageError


def explain(stage: Stage, asked: str, relation: str, id_: str, verb: str) -> Explained:
    """Explain one row.

    Args:
        stage: The sessions.
        asked: The caller, as callers.find() takes it.
        relation: ``schema.name`` of a table or view.
        id_: Value of the primary key; several are separated by commas, in the key's order.
        verb: select, insert, update or delete.

    Raises:
        UsageError: There is no such caller, relation or verb; no primary key; a key of another
            type.
        DatabaseError: The session does not see every row.
    """
    if verb not in VERBS:
        raise UsageError(f"unknown verb: {verb}", hint=f"Use one of {', '.join(VERBS)}.")
    caller = callers.find(stage.observer, asked)
    target = targets.find(stage.observer, relation, id_)
    standing = callers.standing(stage.observer, caller)
    door = callers.door(stage, caller, standing)
    notes = []
    if stage.caller_session is None:
        notes.append(
            "This session may not become the caller's role: conditions were asked by "
            f"{stage.observer.info.user} with the caller's claims, and functions that ask for the "
            "role answer it instead."
        )
    steps: tuple[ExplainStep, ...] = ()
    tried = Trial("", "not tried: the pre-request refuses the request")
    verdict, because = REFUSED, f"the pre-request refuses: {door.refusal}"
    if door.role:
        steps = tuple(layers.steps(stage, caller, target, door.role, verb))
        verdict, because = judged(steps, verb, target.row is not None)
        tried = attempt.run(stage, caller.persona, target, door.role, verb)
    if verb == "insert":
        notes.append(
            "Asked about a row like this one: columns that the caller may name as they are here, "
            "the others by default."
        )
    return Explained(
        NOTICE,
        caller.said,
        str(caller.persona.user_id) if caller.persona.user_id else None,
        target.relation.name,
        verb,
        target.key,
        door,
        steps,
        verdict,
        because,
        tried,
        disagreement(verdict, tried),
        standing,
        None,
        tuple(notes),
    )


def disagreement(verdict: str, tried: Trial) -> str:
    """Where explanation and reality differ; a row that is not there is hidden from everybody."""
    explained = HIDDEN if verdict == ABSENT else verdict
    if not tried.outcome or tried.outcome == explained:
        return ""
    return (
        f"explained as {verdict}, but the attempt was {tried.outcome}. Trust the attempt, and "
        "report this: something besides grants, conditions and policies decides here"
    )


def judged(steps: Iterable[ExplainStep], verb: str, exists: bool) -> tuple[str, str]:
    """The verdict, and the layers that decided: a refusal goes before hiding."""
    steps = tuple(steps)
    failed = [step for step in steps if step.passes is False]
    refusing = [step for step in failed if step.otherwise == REFUSED]
    # Rights are asked when a statement begins, a new row's check when it has found its row.
    refusing_rights = [step for step in refusing if step.layer != "check"]
    hiding = [step for step in failed if step.otherwise == HIDDEN]
    for verdict, deciding in ((REFUSED, refusing_rights), (ABSENT, []), (HIDDEN, hiding)):
        if verdict == ABSENT and not exists:
            return ABSENT, "it does not exist"
        if deciding:
            return verdict, "; ".join(f"{step.object}: {step.said}" for step in deciding)
    if refusing:
        return REFUSED, "; ".join(f"{step.object}: {step.said}" for step in refusing)
    through = "; ".join(step.said for step in steps if step.layer in ("policies", "check"))
    return (VISIBLE if verb == "select" else ALLOWED), through or "the grants let the caller in"
