"""A function's comment in its parts: a summary, more about it, Args, Returns, Raises, Caller."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_SECTION = re.compile(r"^(Args|Returns|Raises|Caller): ?", re.M)
_PART = re.compile(r"((?:^|; |\. ))(.*?)(?=; |\. |$)")
_AND = re.compile(r", | or | and ")
_NAMES = re.compile(r"(?P<names>\w+(?:(?:, | or | and )\w+)*): ")


@dataclass(frozen=True)
class FunctionComment:
    """What a comment says.

    Attributes:
        paragraphs: What the function does, line breaks taken out.
        arguments: Meaning of each argument that is named in Args.
        returns: What it answers with, or empty.
        raises: How it refuses, or empty.
        caller: Who may call it, or empty.
    """

    paragraphs: tuple[str, ...]
    arguments: dict[str, str]
    returns: str
    raises: str
    caller: str


def read(comment: str, names: Collection[str]) -> FunctionComment:
    """Take a comment apart.

    Args:
        comment: The comment.
        names: The function's arguments; only they begin a new meaning in Args.
    """
    text, *rest = _SECTION.split(comment)
    sections = {
        name: " ".join(body.split()) for name, body in zip(rest[::2], rest[1::2], strict=True)
    }
    return FunctionComment(
        paragraphs(text),
        _arguments(sections.get("Args", ""), names),
        sections.get("Returns", ""),
        sections.get("Raises", ""),
        sections.get("Caller", ""),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of a text, each on one line."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _arguments(text: str, names: Collection[str]) -> dict[str, str]:
    meanings: dict[str, str] = {}
    current: list[str] = []
    for between, part in _PART.findall(text):
        match = _NAMES.match(part)
        named = _AND.split(match["names"]) if match else []
        if match and all(name in names for name in named):
            current = named
            meanings.update(dict.fromkeys(named, part[match.end() :]))
        else:
            meanings.update({name: f"{meanings[name]}{between}{part}" for name in current})
    return {name: meaning.rstrip(".") for name, meaning in meanings.items()}
