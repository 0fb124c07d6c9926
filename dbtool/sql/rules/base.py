"""What a rule is given and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dbtool.sql.script import Statement

Place = Literal["migration", "down", "function", "view", "policy", "seed"]


@dataclass(frozen=True)
class ParsedFile:
    """A file as the rules see it.

    Attributes:
        place: Where it stands, which says what it may hold.
        path: Relative to the project.
        text: Content.
        statements: In file order; none where the file is not SQL.
        has_down: Of a migration, whether its down migration stands beside it.
    """

    place: Place
    path: str
    text: str
    statements: tuple[Statement, ...]
    has_down: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        rule: Name of the rule; its page is docs/reference/lint/<rule>.md. With
            squawk: or sqlfluff: before it, a rule of that tool.
        path: The file.
        line: Counted from 1.
        message: What is wrong.
    """

    rule: str
    path: str
    line: int
    message: str


Rule = Callable[[Sequence[ParsedFile]], Iterator[Finding]]


def at(rule: str, file: ParsedFile, statement: Statement | None, message: str) -> Finding:
    """A finding at a statement, or at the file's first line."""
    return Finding(rule, file.path, statement.line if statement else 1, message)
