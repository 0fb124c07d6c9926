"""What other tools found in files, remembered for as long as nothing they looked at changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dbtool.sql.rules import Finding

FOLDER = ".dbtool/lint-cache"

# Raise it when the same answer of a tool would be read differently.
_FORMAT = "1"
# Seconds after which nobody can be at work on a part any more.
_ABANDONED = 3600
# Where a tool looks for its settings, beside the file and in every folder above it.
_CONFIGURATION = (".sqlfluff", ".sqlfluffignore", "setup.cfg", "tox.ini", "pep8.ini")

Ask = Callable[[Sequence[str]], Mapping[str, Sequence[Finding]]]


def through(
    root: Path, tool: str, version: str, settings: str, paths: Sequence[str], ask: Ask
) -> list[Finding]:
    """What a tool finds in files, asked only about those that are not as they were.

    Args:
        root: The project.
        tool: Its name, which the file of the cache bears.
        version: The tool's version.
        settings: What else its answer depends on.
        paths: The files, relative to the project.
        ask: Asks the tool about some of them.
    """
    known = _read(root, tool)
    key = _Key(root, f"{_FORMAT}\0{version}\0{settings}")
    keys = {path: key.of(path) for path in paths}
    due = [path for path in paths if known.get(path, ("",))[0] != keys[path]]
    if due:
        answers = ask(due)
        fresh = {
            path: (keys[path], [(f.rule, f.line, f.message) for f in answers.get(path, ())])
            for path in due
        }
        # Edited while the tool read it: the answer may be to either text.
        unchanged = {p: v for p, v in fresh.items() if key.of(p) == keys[p]}
        _write(root, tool, unchanged)
        known = {**known, **fresh}
    return [Finding(rule, p, line, text) for p in paths for rule, line, text in known[p][1]]


class _Key:
    """Tells one text under one configuration from all others."""

    def __init__(self, root: Path, common: str) -> None:
        self._root = root
        self._common = common.encode()
        self._configuration = cache(_configuration)

    def of(self, path: str) -> str:
        """The key of a file as it is now."""
        digest = hashlib.sha256(self._common)
        with contextlib.suppress(OSError):
            digest.update((self._root / path).read_bytes())
        folder = (self._root / path).parent
        for above in (folder, *folder.parents, Path.home(), Path.home() / ".config" / "sqlfluff"):
            digest.update(self._configuration(above))
        return digest.hexdigest()


def _configuration(folder: Path) -> bytes:
    """The settings for sqlfluff that a folder holds, as one text."""
    found = []
    for name in _CONFIGURATION:
        with contextlib.suppress(OSError):
            found.append(name.encode() + b"\0" + (folder / name).read_bytes())
    with contextlib.suppress(OSError):
        text = (folder / "pyproject.toml").read_bytes()
        if b"[tool.sqlfluff" in text:
            found.append(text)
    return b"\0".join(found)


def _file(root: Path, tool: str) -> Path:
    return root / FOLDER / f"{tool}.json"


def _read(root: Path, tool: str) -> dict[str, tuple[str, list[tuple[str, int, str]]]]:
    """What is remembered; nothing where the file is missing or was damaged."""
    try:
        content: Any = json.loads(_file(root, tool).read_text("utf-8"))
        return {
            str(path): (str(key), [(str(r), int(line), str(text)) for r, line, text in found])
            for path, (key, found) in content.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _write(root: Path, tool: str, fresh: Mapping[str, Any]) -> None:
    """Add what was found to what others added meanwhile; a reader sees the old file or the new.

    If two write at once, one may lose: then the tool is asked once more. A folder that cannot be
    written to costs time and nothing else.
    """
    known = {**_read(root, tool), **fresh}
    kept = {path: found for path, found in known.items() if (root / path).exists()}
    target = _file(root, tool)
    with contextlib.suppress(OSError):
        # As for the server, whose passwords stand beside it.
        target.parent.parent.mkdir(mode=0o700, exist_ok=True)
        target.parent.mkdir(exist_ok=True)
        for part in target.parent.glob("*.part"):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                part.unlink(missing_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f"{tool}.", suffix=".part")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
