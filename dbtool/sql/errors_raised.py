"""The stable errors that functions raise, read from their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FUNCTION = re.compile(r"^create (?:or replace )?function (?P<name>[\w.]+)\(", re.M)
_RAISE = re.compile(
    r"raise\s+sqlstate\s+'(?P<state>PT(?P<status>\d{3}))'\s+using(?P<using>.*?);", re.S
)
_DETAIL = re.compile(r"detail\s*=\s*'(?P<value>(?:[^']|'')*)'")
_MESSAGE = re.compile(r"message\s*=\s*(?:format\(\s*)?'(?P<value>(?:[^']|'')*)'")
_HINT = re.compile(r"hint\s*=\s*'(?P<value>(?:[^']|'')*)'")


@dataclass(frozen=True)
class Raised:
    """One way in which a function refuses.

    Attributes:
        status: HTTP status that PostgREST answers with.
        name: The stable name, sent as ``details``.
        message: What happened, for people; %s stands for a value.
        hint: What to do, or empty.
    """

    status: int
    name: str
    message: str
    hint: str


def functions(text: str) -> Iterator[tuple[str, str]]:
    """Each function that a file creates: its name, and the file from there to the next one."""
    starts = [*_FUNCTION.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends[: len(starts)], strict=True):
        yield match["name"], text[match.start() : end]


def read(text: str) -> list[Raised]:
    """Every ``raise sqlstate 'PTnnn' using ...`` of a function's text, in order."""
    found = []
    for match in _RAISE.finditer(text):
        using = match["using"]
        parts = [pattern.search(using) for pattern in (_DETAIL, _MESSAGE, _HINT)]
        detail, message, hint = (p["value"].replace("''", "'") if p else "" for p in parts)
        found.append(Raised(int(match["status"]), detail, message, hint))
    return found
