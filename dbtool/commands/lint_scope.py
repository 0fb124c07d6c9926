"""Which of the project's files a person named."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from dbtool.errors import UsageError

# Named, they mean all files that they are about.
_SETTINGS = {
    ".sqlfluff": lambda path: path.parent,
    ".squawk.toml": lambda path: path.parent / "migrations",
    "dbtool.toml": lambda path: path.parent,
}


def chosen(
    root: Path, named: Sequence[Path], known: Iterable[str], note: Callable[[str], None]
) -> frozenset[str]:
    """The files among those that are linted that a person named; all where nothing is named.

    Args:
        root: The project.
        named: Files and folders, as they were typed.
        known: The files that are linted, relative to the project.
        note: Told of what was named and is not linted.

    Raises:
        UsageError: Something is outside the project, or neither there nor in its last commit.
    """
    files = frozenset(known)
    if not named:
        return files
    found: set[str] = set()
    for path in named:
        found |= _below(root, path, files, note)
    return frozenset(found)


def _below(root: Path, named: Path, files: frozenset[str], note: Callable[[str], None]) -> set[str]:
    path = Path(_absolute(named))
    if not path.is_relative_to(root):
        raise UsageError(f"{named} is not in the project {root}")
    name = path.relative_to(root).as_posix()
    if not path.exists():
        if not _was_committed(root, name):
            raise UsageError(f"no such file: {named}", hint="Name files or folders of the project.")
        note(f"{named} was deleted: nothing to check")
        return set()
    about = _SETTINGS[path.name](path) if path.name in _SETTINGS else path
    found = set(_inside(about.relative_to(root).as_posix(), files))
    if not found and path.is_file():
        note(f"{named} is not SQL that lint checks")
    return found


def _absolute(named: Path) -> Path:
    """Symbolic links of folders are followed, so that both ends are named alike."""
    path = Path.cwd() / named
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def _inside(name: str, files: frozenset[str]) -> Iterator[str]:
    for file in files:
        if name == "." or file == name or file.startswith(f"{name}/"):
            yield file


def _was_committed(root: Path, name: str) -> bool:
    """Whether the last commit has such a file: then it was deleted, and the name is no slip."""
    try:
        result = subprocess.run(
            ["git", "cat-file", "-e", f"HEAD:./{name}"], cwd=root, capture_output=True, check=False
        )
    except OSError:
        return False
    return result.returncode == 0
