"""Who may do what, as decided and not as the policies say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VERBS = ("select", "insert", "update", "delete")
# Rows without a predicate: every row; none, though the privilege is there; no privilege at all.
ALL, NONE, DENIED = "all", "none", "denied"


@dataclass(frozen=True)
class Allowed:
    """What a caller may do with a relation by one verb.

    Attributes:
        rows: ``all``, ``none``, ``denied``, or a condition in SQL over the row and ``me``.
        columns: Those that may be named; for delete none.
        refused: Values (column to value) that the database must refuse in an insert.
        said: The rows as the file says it.
        path: The file that says so.
        line: Line in it, counted from 1; where a view takes what its table says, the table's.
    """

    rows: str
    columns: tuple[str, ...]
    refused: tuple[Mapping[str, Any], ...] = ()
    said: str = DENIED
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def is_denied(self) -> bool:
        """Whether the caller lacks even the privilege."""
        return self.rows == DENIED


@dataclass(frozen=True)
class Relation:
    """What is expected of a table or a view.

    Attributes:
        name: ``schema.name``.
        kind: ``table`` or ``view``.
        of: The table whose rows it is about: itself, or the one that a view shows.
        columns: Every column it has.
        owner: The column that says whose a row is, or empty.
        sample: A row that could be inserted: column to value.
        allowed: verb to caller to what they may do.
        path: The file.
        line: Line in it, counted from 1.
    """

    name: str
    kind: str
    of: str
    columns: tuple[str, ...]
    owner: str
    sample: Mapping[str, Any]
    allowed: Mapping[str, Mapping[str, Allowed]]
    path: str = field(compare=False)
    line: int = field(compare=False)

    def may(self, verb: str, callers: Sequence[str]) -> Allowed:
        """What the first of some callers that the file names may do."""
        named = self.allowed[verb]
        return next((named[caller] for caller in callers if caller in named), Allowed(DENIED, ()))


@dataclass(frozen=True)
class Call:
    """One call of a function, and what it gives to whom.

    Attributes:
        arguments: Name to value.
        gives: Caller to the first value as text, ``done`` for any, the stable name of an error, or
            ``{sql: ...}``, an array that the first column of all rows must equal.
        path: The file that says so.
        line: Line in it, counted from 1.
    """

    arguments: Mapping[str, Any]
    gives: Mapping[str, str | Mapping[str, str]]
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def said(self) -> str:
        """The arguments in words."""
        return ", ".join(f"{name}: {value}" for name, value in self.arguments.items())


@dataclass(frozen=True)
class Function:
    """What is expected of a function."""

    name: str
    execute: frozenset[str]
    calls: tuple[Call, ...]
    path: str = field(compare=False)
    line: int = field(compare=False)


@dataclass(frozen=True)
class Expectations:
    """All of them, by name.

    Attributes:
        relations: Tables and views.
        functions: Functions.
        survivors: Faults that change nothing anybody could notice, and why.
    """

    relations: Mapping[str, Relation] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    survivors: Mapping[str, str] = field(default_factory=dict)

    @property
    def callers(self) -> frozenset[str]:
        """Every caller that is named anywhere."""
        by_verb = [a for r in self.relations.values() for a in r.allowed.values()]
        calls = [c.gives for f in self.functions.values() for c in f.calls]
        executing = [f.execute for f in self.functions.values()]
        return frozenset(name for group in (*by_verb, *calls, *executing) for name in group)
