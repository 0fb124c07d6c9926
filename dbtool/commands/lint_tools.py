"""squawk and sqlfluff, asked about files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from dbtool.errors import UsageError
from dbtool.project import lint_cache
from dbtool.project.files import SourceFile
from dbtool.sql.rules import Finding

_TOOLS = Path(sys.executable).parent
# Findings of sqlfluff that no rule of it has made: not SQL, not to be read, not to be rendered.
_SQLFLUFF_ITSELF = ("LXR", "PRS", "TMP")


def squawk(
    root: Path, ups: Iterable[SourceFile], no_transaction: str, cached: bool
) -> list[Finding]:
    """What squawk says of migrations.

    Args:
        root: The project.
        ups: The files.
        no_transaction: How a file begins that does not run in a transaction.
        cached: Whether to remember answers and to take remembered ones.

    Raises:
        UsageError: It is missing or fails.
    """
    config = root / ".squawk.toml"
    options = [f"--config={config}"] if config.exists() else []
    settings = config.read_text("utf-8") if options else ""
    alone = {up.path for up in ups if up.text.startswith(no_transaction)}
    paths = [up.path for up in ups]

    def ask(asked: Sequence[str]) -> Mapping[str, Sequence[Finding]]:
        found: dict[str, list[Finding]] = {}
        for chosen, mode in (
            ([p for p in asked if p not in alone], ["--assume-in-transaction"]),
            ([p for p in asked if p in alone], []),
        ):
            if not chosen:
                continue
            command = [str(_TOOLS / "squawk"), "--reporter=json", "--pg-version=15.0"]
            for entry in json.loads(_run([*command, *options, *mode, *chosen], root)):
                name, path = str(entry["rule_name"]), str(entry["file"])
                if name != "syntax-error":  # reported as syntax
                    line = int(entry["line"]) + 1
                    one = Finding(f"squawk:{name}", path, line, entry["message"])
                    found.setdefault(path, []).append(one)
        return found

    return _asked(root, "squawk", "squawk-cli", settings, paths, ask, cached)


def sqlfluff(root: Path, paths: Sequence[str], cached: bool) -> list[Finding]:
    """What sqlfluff says of files.

    Args:
        root: The project.
        paths: The files, relative to it.
        cached: Whether to remember answers and to take remembered ones.

    Raises:
        UsageError: It is missing or fails.
    """

    def ask(asked: Sequence[str]) -> Mapping[str, Sequence[Finding]]:
        command = [sys.executable, "-m", "sqlfluff", "lint", "--format=json", "--processes=0"]
        output = _run([*command, "--disable-progress-bar", *asked], root)
        return {
            file["filepath"]: [
                Finding(
                    f"sqlfluff:{violation['code']}",
                    file["filepath"],
                    int(violation["start_line_no"]),
                    violation["description"],
                )
                for violation in file["violations"]
            ]
            for file in json.loads(output)
        }

    return _asked(root, "sqlfluff", "sqlfluff", "", paths, ask, cached)


def _asked(
    root: Path,
    tool: str,
    package: str,
    settings: str,
    paths: Sequence[str],
    ask: lint_cache.Ask,
    cached: bool,
) -> list[Finding]:
    if not paths:
        return []
    if not cached:
        answers = ask(paths)
        return [finding for path in paths for finding in answers.get(path, ())]
    try:
        release = version(package)
    except PackageNotFoundError:
        raise UsageError(
            f"{package} is not installed", hint="Install it: pip install foundations-db."
        ) from None
    return lint_cache.through(root, tool, release, settings, paths, ask)


def sqlfluff_rules() -> frozenset[str]:
    """Codes of the rules that are installed, told by their files: importing them takes long."""
    spec = find_spec("sqlfluff")
    folders = spec.submodule_search_locations if spec else None
    found = (path.stem for folder in folders or () for path in Path(folder).glob("rules/*/*.py"))
    codes = {name for name in found if len(name) == 4 and name.isupper() and name.isalnum()}
    return frozenset({*codes, *_SQLFLUFF_ITSELF})


def knows_squawk_rule(root: Path, name: str) -> bool:
    """Whether squawk has a rule of that name; it lists them nowhere, but refuses others."""
    command = [str(_TOOLS / "squawk"), f"--exclude={name}", "--version"]
    return _started(command, root).returncode == 0


def _run(command: Sequence[str], root: Path) -> str:
    """Output of a tool that exits 1 where it finds something."""
    result = _started(command, root)
    if result.returncode not in (0, 1) or not result.stdout.strip():
        raise UsageError(
            f"{' '.join(command[:4])} failed with exit code {result.returncode}",
            detail=(result.stderr or result.stdout).strip()[-2000:],
        )
    return result.stdout


def _started(command: Sequence[str], root: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=900, check=False
        )
    except OSError as error:
        raise UsageError(
            f"cannot run {Path(command[0]).name}: {error.strerror}",
            hint="Install it: pip install foundations-db.",
        ) from None
