"""Deviations by what they have in common: the statement they contradict, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dbtool.access.expectations import Expectations, Function, Relation
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.personas import Persona

_COUNT = re.compile(r"\d+ rows")


@dataclass(frozen=True)
class Cause:
    """Deviations that a reader would take for one.

    Attributes:
        personas: Their names, in the order in which they were tried.
        object: ``schema.name``.
        verb: As the deviations have it.
        what: The rows, columns or arguments.
        expected: In words.
        found: In words.
        place: ``file:line`` of the expectation; empty where there is none.
    """

    personas: tuple[str, ...]
    object: str
    verb: str
    what: tuple[str, ...]
    expected: str
    found: str
    place: str


def by_cause(deviations: Iterable[Deviation]) -> list[Cause]:
    """Group what differs in the persona alone, or in the rows reached and missed."""
    groups: dict[tuple[str, ...], list[Deviation]] = {}
    for d in deviations:
        # Each persona has rows of their own, and another number of them.
        is_row = {d.expected, d.found} == {"none", "reached"}
        expected = _COUNT.sub("rows", d.expected)
        key = (d.object, d.verb, "" if is_row else d.what, expected, d.found, d.place)
        groups.setdefault(key, []).append(d)
    return [
        Cause(
            tuple(dict.fromkeys(d.persona for d in found)),
            object_,
            verb,
            tuple(dict.fromkeys(d.what for d in found)),
            expected,
            answer,
            place,
        )
        for (object_, verb, _, expected, answer, place), found in groups.items()
    ]


def located(
    deviation: Deviation,
    expectations: Expectations,
    personas: Sequence[Persona],
    parents: Mapping[str, str],
) -> Deviation:
    """The deviation, with the file and line of the expectation that it contradicts.

    Args:
        deviation: One without them.
        expectations: What the database is held to.
        personas: Everybody.
        parents: Partition to the table that it belongs to.
    """
    name = parents.get(deviation.object, deviation.object)
    if name not in expectations.relations and deviation.what == "column":
        name = name.rpartition(".")[0]
    stated = expectations.relations.get(name) or expectations.functions.get(name)
    if stated is None:
        return deviation
    told: Sequence[tuple[str, int]] = ()
    if isinstance(stated, Function):
        told = [(c.path, c.line) for c in stated.calls if c.said == deviation.what]
    elif name == deviation.object:
        told = _statements(stated, deviation, personas)
    path, line = next((at for at in told if at[0]), (stated.path, stated.line))
    return replace(deviation, path=path, line=line)


def _statements(
    relation: Relation, deviation: Deviation, personas: Sequence[Persona]
) -> list[tuple[str, int]]:
    """The place that states what somebody may do, or everybody of one database role."""
    callers = [
        persona.callers
        for persona in personas
        if deviation.persona in (persona.name, f"role {persona.effective_role}")
    ]
    allowed = [
        relation.may(deviation.verb, named)
        for named in callers
        if deviation.verb in relation.allowed
    ]
    return [(a.path, a.line) for a in allowed]
