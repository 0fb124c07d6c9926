"""The expectations as a matrix that people can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dbtool.access.expectations import VERBS, Call, Expectations, Function, Relation

# Callers with a column of their own; permissions share the one called `with a permission`.
CALLERS = ("anon", "user", "staff", "with a permission", "service")
_PERMISSION = CALLERS[3]


@dataclass(frozen=True)
class MatrixLine:
    """One object of the matrix.

    Attributes:
        name: ``schema.name``.
        kind: table, view or function.
        cells: One of CALLERS to verb to what they may; where it differs by permission each is
            named.
    """

    name: str
    kind: str
    cells: Mapping[str, Mapping[str, str]]


def lines(expectations: Expectations) -> list[MatrixLine]:
    """Every object: schema by schema, tables and views before functions."""
    found = [
        *(_relation(relation) for relation in expectations.relations.values()),
        *(_function(function) for function in expectations.functions.values()),
    ]
    return sorted(found, key=lambda line: line.name.partition(".")[0])


def _function(function: Function) -> MatrixLine:
    """Staff may what users may; a permission is named where a call gives its holder more."""
    named = function.execute | ({"staff"} if "user" in function.execute else set())
    cells = {caller: {"execute": "yes"} for caller in CALLERS if caller in named}
    permissions = sorted({name for call in function.calls for name in _opened(call)})
    if permissions:
        cells[_PERMISSION] = {"execute": ", ".join(permissions)}
    return MatrixLine(function.name, "function", cells)


def _opened(call: Call) -> Iterator[str]:
    """Permissions without which the call is refused; errors are named with a dot, too."""
    for name, given in call.gives.items():
        without = call.gives.get("staff", call.gives.get("user", ""))
        if "." in name and "." in str(without) and "." not in str(given):
            yield name


def _relation(relation: Relation) -> MatrixLine:
    cells: dict[str, dict[str, str]] = {caller: {} for caller in CALLERS}
    for verb in VERBS:
        for caller, allowed in relation.allowed[verb].items():
            said = allowed.said
            if allowed.columns and len(allowed.columns) < len(relation.columns):
                said += f" ({len(allowed.columns)} of {len(relation.columns)} columns)"
            if caller in cells:
                cells[caller][verb] = said
            else:
                before = cells[_PERMISSION].get(verb)
                named = f"{caller}: {said}"
                cells[_PERMISSION][verb] = f"{before}; {named}" if before else named
        if "staff" not in relation.allowed[verb] and verb in cells["user"]:
            cells["staff"][verb] = cells["user"][verb]
    return MatrixLine(relation.name, relation.kind, {c: v for c, v in cells.items() if v})
