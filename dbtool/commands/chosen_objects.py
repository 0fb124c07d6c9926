"""Which objects ``dbtool access`` is asked for: by name, or by what changed since a revision."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from pglast import ast

from dbtool.access import expectation_files
from dbtool.access.expectations import Expectations
from dbtool.access.matrix import catalog
from dbtool.access.matrix.matrix import Matrix
from dbtool.errors import FileError, UsageError
from dbtool.project.files import DECLARED_FOLDERS
from dbtool.sql import script

# Partitions of journals are named by their month and stated nowhere.
_MONTH = re.compile(r"_\d{6}$")


def named(expected: Expectations, names: Iterable[str]) -> frozenset[str] | None:
    """The objects of some names; None where none is named, which is all.

    Raises:
        UsageError: Nothing has such a name; the hint gives similar ones.
    """
    chosen = frozenset(names)
    known = expected.relations.keys() | expected.functions.keys()
    for name in sorted(chosen - known):
        if _MONTH.sub("", name) not in expected.relations or not _MONTH.search(name):
            raise _unknown(name, known)
    return chosen or None


def assert_there(matrix: Matrix, names: Iterable[str]) -> None:
    """Check that the named months exist.

    Raises:
        UsageError: One does not.
    """
    partitions = [name for name, _ in catalog.partitions(matrix.connection, matrix.schemas)]
    expected = matrix.expectations
    known = {*expected.relations, *expected.functions, *partitions}
    for name in sorted(set(names) - known):
        raise _unknown(name, partitions)


def changed(root: Path, expected: Expectations, revision: str) -> frozenset[str]:
    """The objects whose files or expectations changed since a revision of git.

    Raises:
        UsageError: No such revision, or no checkout of git.
    """
    paths = [
        *_git(root, "diff", "--name-only", "--relative", revision, "--").splitlines(),
        *_git(root, "ls-files", "--others", "--exclude-standard").splitlines(),
    ]
    found = {name for path in paths for name in _objects(root, path)}
    if any(Path(path).name == "expectations.yml" for path in paths):
        found |= _restated(root, expected, revision)
    return frozenset(found & (expected.relations.keys() | expected.functions.keys()))


def _objects(root: Path, path: str) -> Iterator[str]:
    """What a file is about: what its name says, or the tables that a migration speaks of."""
    parts = path.removesuffix(".sql").split("/")
    if not path.endswith(".sql") or len(parts) != 3:
        return
    if parts[0] in DECLARED_FOLDERS:
        yield f"{parts[1]}.{parts[2]}"
    elif parts[0] == "migrations" and (root / path).exists():
        for statement in script.parse((root / path).read_text("utf-8"), path):
            for node in script.walk(statement.node):
                if isinstance(node, ast.RangeVar):
                    yield script.relation_name(node)


def _restated(root: Path, expected: Expectations, revision: str) -> Set[str]:
    """Objects of which something else was expected then."""
    before = Expectations()
    with tempfile.TemporaryDirectory() as folder:
        for path in _git(root, "ls-tree", "-r", "--name-only", revision, "policies").splitlines():
            if path.endswith("expectations.yml"):
                there = Path(folder) / path
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_text(_git(root, "show", f"{revision}:./{path}"), "utf-8")
        # Not in the form that is read now: everything counts as changed.
        with suppress(FileError):
            before = expectation_files.load(Path(folder))
    relations = {n for n, r in expected.relations.items() if before.relations.get(n) != r}
    return relations | {n for n, f in expected.functions.items() if before.functions.get(n) != f}


def _git(root: Path, *arguments: str) -> str:
    try:
        result = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise UsageError(f"cannot run git: {error.strerror}") from None
    if result.returncode:
        raise UsageError(
            f"git {arguments[0]} failed",
            detail=result.stderr.strip(),
            hint="Give --since a revision of the project's checkout.",
        )
    return result.stdout


def _unknown(name: str, known: Iterable[str]) -> UsageError:
    names = list(known)
    same = [other for other in names if other.rpartition(".")[2] == name.rpartition(".")[2]]
    near = list(dict.fromkeys([*same, *get_close_matches(name, names, 3)]))[:5]
    hint = f"Use a similar name: {', '.join(sorted(near))}." if near else "Write it as schema.name."
    return UsageError(f"no such table, view, function or partition: {name}", hint=hint)
