"""Where the database does something else than expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbtool.access.matrix.probes import Refusal


@dataclass(frozen=True)
class Deviation:
    """Where the database does something else than expected.

    Attributes:
        persona: Its name.
        object: ``schema.name``.
        verb: select, insert, update, delete, truncate, execute, or exists.
        what: The row, column or arguments.
        expected: In words.
        found: In words.
        path: The file of the expectation; empty where there is none, or it was not looked for.
        line: Line in it, counted from 1.
    """

    persona: str
    object: str
    verb: str
    what: str
    expected: str
    found: str
    path: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """``file:line`` of the expectation."""
        return f"{self.path}:{self.line}" if self.path else ""


def said(found: object) -> str:
    """What came of trying something, in words."""
    if isinstance(found, Refusal):
        return f"refused: {found}"
    if isinstance(found, Sequence | frozenset):
        return f"done, {len(found)} rows"
    return "done"
