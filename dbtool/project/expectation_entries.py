"""Writes a new table's and view's expectations into ``policies/<schema>/expectations.yml``.

The files are written by people, so all that stands in them stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from dbtool.errors import FileError

# As the files have them, one after the other.
SECTIONS = ("predicates", "values", "tables", "views", "functions", "survivors")


def table_entry(
    table: str, fixed: Sequence[str], editable: Sequence[str], own: str | None
) -> list[str]:
    """What is decided of a new table.

    Args:
        table: Its bare name.
        fixed: Columns that clients may not write.
        editable: Those that they may.
        own: The predicate of the caller's own rows; None where back ends alone reach it.
    """
    sample = {column: f"A {column}" for column in editable}
    columns = f"{{fixed: [{', '.join(fixed)}], editable: [{', '.join(editable)}]}}"
    head = [f"  {table}:", f"    columns: {columns}"]
    if own is None:
        verbs = ["    select: {service: all}", "    write: {service: all}"]
        return [*head, *verbs, f"    sample: {_flow(sample)}"]
    return [
        *head,
        "    owner: user_id",
        f"    select: {{user: {own}, service: all}}",
        f"    insert: {{columns: editable, user: {own}}}",
        f"    update: {{columns: editable, user: {own}}}",
        f"    delete: {{user: {own}}}",
        "    write: {service: {columns: all}}",
        f"    sample: {_flow({'user_id': '$me', **sample})}",
    ]


def view_entry(view: str, of: str, own: str | None, is_mine: bool) -> list[str]:
    """What is decided of a new view, which takes its columns from the table.

    Args:
        view: Its bare name.
        of: ``schema.table`` that it shows.
        own: The predicate of the caller's own rows; None where no user reaches it.
        is_mine: Whether it shows the caller's own rows, and so nothing to back ends.
    """
    if is_mine and own is not None:
        return [f"  {view}: {{of: {of}, select: {{user: {own}}}, write: {{user: {own}}}}}"]
    return [f"  {view}: {{of: {of}, same: all}}"]


def _flow(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def own_predicate(texts: Mapping[str, str]) -> tuple[str, bool]:
    """The name of the predicate of the caller's own rows, and whether a file has it already.

    Args:
        texts: By path, the files whose names a schema may use.
    """
    known: dict[str, Any] = {}
    for path, text in texts.items():
        known |= _document(text, path).get("predicates") or {}
    for name, condition in known.items():
        if condition == "user_id = me":
            return str(name), True
    return next(n for n in ("own", "own_rows", "their_own") if n not in known), False


def is_stated(text: str, path: str, name: str) -> bool:
    """Whether a table or view is stated already."""
    document = _document(text, path)
    return any(name in (document.get(section) or {}) for section in ("tables", "views"))


def added(text: str, path: str, section: str, lines: Sequence[str]) -> str:
    """The file with an entry at the end of a section, which is made where it is missing.

    Args:
        text: The file; empty for a new one.
        path: Its name, for errors.
        section: One of `SECTIONS`.
        lines: The entry, indented by two spaces.

    Raises:
        FileError: The file is not YAML, or its layout does not allow for it.
    """
    before = _document(text, path)
    if text and not text.endswith("\n"):
        text += "\n"
    at, is_there = _end_of(text, section)
    body = "\n".join(lines) + "\n"
    if is_there:
        # Entries of some files stand apart, those of others do not: do as the file does.
        apart = re.search(r"\n\n  \w", text[_start_of(text, section) : at])
        new = text[:at] + ("\n" if apart else "") + body + text[at:]
    else:
        gap = (
            "\n"
            if at and not text[:at].endswith("\n\n") and not _ends_in_comment(text[:at])
            else ""
        )
        new = f"{text[:at]}{gap}{section}:\n{body}" + (f"\n{text[at:]}" if text[at:] else "")
    after = _document(new, path)
    entry = yaml.safe_load("\n".join(lines))
    expected = {**before, section: {**(before.get(section) or {}), **entry}}
    if after != expected:
        raise FileError(
            f"cannot write into {section}: the file is laid out in another way",
            path=path,
            hint=f"Write it by hand:\n{body}",
        )
    return new


def _ends_in_comment(text: str) -> bool:
    lines = text.splitlines()
    return bool(lines) and lines[-1].startswith("#")


def _document(text: str, path: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise FileError(f"not YAML: {error}", path=path) from None
    if not isinstance(found, dict):
        raise FileError("names and values are expected here", path=path)
    return found


def _start_of(text: str, section: str) -> int:
    match = re.search(rf"^{section}:[ \t]*$", text, re.M)
    return match.start() if match else -1


def _end_of(text: str, section: str) -> tuple[int, bool]:
    """Where an entry of a section is to be inserted, and whether the section is there."""
    start = _start_of(text, section)
    if start < 0:
        later = [_start_of(text, name) for name in SECTIONS[SECTIONS.index(section) + 1 :]]
        return min((at for at in later if at >= 0), default=len(text)), False
    following = re.compile(r"^[^\s#]", re.M).search(text, text.index("\n", start) + 1)
    end = following.start() if following else len(text)
    # Blank lines and comments before the next section are the next section's.
    lines = text[start:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return start + len("".join(lines)), True
