"""``dbtool lint``: the project's own rules, squawk's and sqlfluff's, in one list."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dbtool.access import expectation_files
from dbtool.errors import FileError, UsageError
from dbtool.project import files
from dbtool.project.files import Project, SourceFile
from dbtool.project.settings import Settings
from dbtool.runner.progress import Progress
from dbtool.sql import declared, rules, script
from dbtool.sql.rules import Finding, ParsedFile
from dbtool.sql.rules.base import Place

_TOOLS = Path(sys.executable).parent
_WIDTH = 100
_STYLED = ("migrations", "functions", "views", "policies", "seeds", "platform")


@dataclass(frozen=True)
class Linted:
    """What was found, by file and line.

    Attributes:
        files: How many files were read.
        findings: Sorted by file, line and rule.
    """

    files: int
    findings: tuple[Finding, ...]


def lint(settings: Settings, style: bool, progress: Progress) -> Linted:
    """Check every SQL file of the project; one run reports all.

    Args:
        settings: The project.
        style: Whether to ask sqlfluff, which takes the longest.
        progress: Where to say what happens.

    Raises:
        FileError: A file has a bad name or cannot be read.
        UsageError: squawk or sqlfluff is missing or fails.
    """
    project = files.load(settings.root)
    progress.start(3 if style else 2, "lint")
    progress.step("the project's rules")
    findings: list[Finding] = []
    parsed = list(_parsed(project, findings))
    findings += rules.check(parsed)
    findings += _declared_files(project)
    findings += _expectations(settings.root)
    progress.step("squawk: unsafe migrations")
    findings += _squawk(project)
    if style:
        progress.step("sqlfluff: style")
        findings += _sqlfluff(settings.root)
    ordered = sorted(set(findings), key=lambda f: (f.path, f.line, f.rule, f.message))
    return Linted(len(parsed), tuple(ordered))


def _sources(project: Project) -> Iterator[tuple[Place, SourceFile]]:
    for migration in project.migrations:
        yield "migration", migration.up
        if migration.down:
            yield "down", migration.down
    for file in project.declared:
        yield file.kind, file.source
    for kind in ("reference", "demo"):
        for source in project.seeds(kind):
            yield "seed", source


def _parsed(project: Project, findings: list[Finding]) -> Iterator[ParsedFile]:
    with_down = {m.up.path for m in project.migrations if m.down}
    for place, source in _sources(project):
        statements: tuple[script.Statement, ...] = ()
        try:
            statements = script.parse(source.text, source.path)
        except FileError as error:
            findings.append(Finding("syntax", source.path, error.line or 1, error.message))
        has_down = source.path in with_down
        yield ParsedFile(place, source.path, source.text, statements, has_down)


def _declared_files(project: Project) -> Iterator[Finding]:
    for file in project.declared:
        try:
            script.parse(file.source.text, file.source.path)
        except FileError:
            continue  # reported as syntax
        try:
            declared.read(file.kind, file.object_name, file.source.text, file.source.path)
        except FileError as error:
            yield Finding("declared-file", file.source.path, error.line or 1, error.message)


def _expectations(root: Path) -> Iterator[Finding]:
    """What people read first who ask who may do what: it can be read, and without scrolling."""
    paths = expectation_files.paths(root)
    for path in paths:
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if len(line) > _WIDTH:
                message = f"{len(line)} columns; {_WIDTH} are read at a glance"
                yield Finding("expectations-line-length", name, number, message)
    try:
        if paths:
            expectation_files.load(root)
    except FileError as error:
        yield Finding("expectations-file", error.path, error.line or 1, error.message)


def _squawk(project: Project) -> Iterator[Finding]:
    config = project.root / ".squawk.toml"
    for in_transaction in (True, False):
        chosen = [m.up for m in project.migrations if m.in_transaction == in_transaction]
        if not chosen:
            continue
        options = [f"--config={config}"] if config.exists() else []
        options += ["--assume-in-transaction"] if in_transaction else []
        output = _run(
            [
                str(_TOOLS / "squawk"),
                "--reporter=json",
                "--pg-version=15.0",
                *options,
                *(source.path for source in chosen),
            ],
            project.root,
        )
        for entry in json.loads(output):
            name = str(entry["rule_name"])
            if name != "syntax-error":  # reported as syntax
                line = int(entry["line"]) + 1
                yield Finding(f"squawk:{name}", entry["file"], line, entry["message"])


def _sqlfluff(root: Path) -> Iterator[Finding]:
    folders = [folder for folder in _STYLED if (root / folder).is_dir()]
    output = _run(
        [
            sys.executable,
            "-m",
            "sqlfluff",
            "lint",
            "--format=json",
            "--processes=0",
            "--disable-progress-bar",
            *folders,
        ],
        root,
    )
    for file in json.loads(output):
        for violation in file["violations"]:
            yield Finding(
                f"sqlfluff:{violation['code']}",
                file["filepath"],
                int(violation["start_line_no"]),
                violation["description"],
            )


def _run(command: Iterable[str], root: Path) -> str:
    """Output of a tool that exits 1 where it finds something."""
    arguments = list(command)
    try:
        result = subprocess.run(
            arguments, cwd=root, capture_output=True, text=True, timeout=900, check=False
        )
    except OSError as error:
        raise UsageError(
            f"cannot run {Path(arguments[0]).name}: {error.strerror}",
            hint="pip install foundations-db brings it along.",
        ) from None
    if result.returncode not in (0, 1) or not result.stdout.strip():
        raise UsageError(
            f"{' '.join(arguments[:4])} failed with exit code {result.returncode}",
            detail=(result.stderr or result.stdout).strip()[-2000:],
        )
    return result.stdout
