"""``policies/exceptions.toml``: what `dbtool doctor` finds and the project means, with reasons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtool.errors import FileError

FILE_NAME = "policies/exceptions.toml"
_KEYS = {"check", "objects", "reason"}


@dataclass(frozen=True)
class Exemption:
    """One entry.

    Attributes:
        check: ``D07``, or ``tool:rule``.
        objects: Names as findings print them, in which * stands for anything; empty: the rule of
            another tool does not fit this project at all.
        reason: Why it is meant.
    """

    check: str
    objects: tuple[str, ...]
    reason: str


def matches(pattern: str, name: str) -> bool:
    """Whether an exemption's object is a finding's."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name, re.S) is not None


def load(root: Path) -> tuple[Exemption, ...]:
    """Read the file; none where there is none.

    Raises:
        FileError: Unreadable, not TOML, or an entry without check or reason.
    """
    try:
        text = (root / FILE_NAME).read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"cannot read the file: {error}", path=FILE_NAME) from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"not TOML: {error}", path=FILE_NAME) from None
    entries, groups = table.pop("exception", []), table.pop("groups", {})
    is_right = isinstance(groups, dict) and all(_is_names(names) for names in groups.values())
    if table or not isinstance(entries, list) or not is_right:
        raise FileError(
            "it holds [[exception]] entries and [groups] of names, and nothing else",
            path=FILE_NAME,
            hint="See the example in docs/reference/doctor/exceptions.md.",
        )
    found = tuple(_entry(number, entry, groups) for number, entry in enumerate(entries, 1))
    unused = groups.keys() - {name for entry in entries for name in _groups_of(entry)}
    if unused:
        raise FileError(
            f"no entry names the group {min(unused)}", path=FILE_NAME, hint="Delete the group."
        )
    return found


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


def _groups_of(entry: Mapping[str, Any]) -> Iterator[str]:
    return (name[1:] for name in entry.get("objects", []) if name.startswith("@"))


def _entry(number: int, entry: object, groups: Mapping[str, list[str]]) -> Exemption:
    def refuse(what: str) -> FileError:
        return FileError(
            f"entry {number}: {what}",
            path=FILE_NAME,
            hint="See the example in docs/reference/doctor/exceptions.md.",
        )

    if not isinstance(entry, dict) or not entry.keys() <= _KEYS:
        raise refuse(f"an entry has {', '.join(sorted(_KEYS))} and nothing else")
    check, reason = entry.get("check"), entry.get("reason")
    objects = entry.get("objects", [])
    if not isinstance(check, str) or not isinstance(reason, str) or not reason.strip():
        raise refuse("it needs a check and a reason")
    if not _is_names(objects):
        raise refuse("objects is a list of names")
    if "objects" in entry and not objects:
        raise refuse("objects is empty")
    if ":" not in check and not objects:
        raise refuse(f"{check} needs objects: only other tools' rules can be left out as a whole")
    for group in _groups_of(entry):
        if group not in groups:
            raise refuse(f"there is no group {group}")
    named = [n for o in objects for n in (groups[o[1:]] if o.startswith("@") else [o])]
    return Exemption(check, tuple(named), " ".join(reason.split()))
