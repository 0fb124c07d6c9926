"""``dbtool lint``: the project's own rules, squawk's and sqlfluff's, in one list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from dbtool.access import expectation_files
from dbtool.commands import lint_scope, lint_tools
from dbtool.errors import FileError, UsageError
from dbtool.project import files
from dbtool.project.files import NO_TRANSACTION, Project, SourceFile
from dbtool.project.settings import FILE_NAME, Settings
from dbtool.runner.progress import Progress
from dbtool.sql import declared, rules, script
from dbtool.sql.rules import Finding, ParsedFile, switches
from dbtool.sql.rules.base import Place

_WIDTH = 100
# Only its style is checked: other rules have nothing to say about it.
_PLATFORM = "platform"


@dataclass(frozen=True)
class Options:
    """Arguments of ``lint``.

    Attributes:
        paths: Files and folders; none for all. Rules that need the whole project still read all of
            it, but only findings in these are reported.
        style: Whether to ask sqlfluff, which takes the longest.
        cached: Whether to take what squawk and sqlfluff said before of the same text.
    """

    paths: tuple[Path, ...] = ()
    style: bool = True
    cached: bool = True


@dataclass(frozen=True)
class Linted:
    """What was found, by file and line.

    Attributes:
        files: How many files were looked at.
        findings: Sorted by file, line and rule.
    """

    files: int
    findings: tuple[Finding, ...]


def lint(settings: Settings, options: Options, progress: Progress) -> Linted:
    """Check SQL files of the project; one run reports all.

    Args:
        settings: The project, and the rules it has switched off.
        options: What to look at.
        progress: Where to say what happens.

    Raises:
        FileError: A file has a bad name or cannot be read.
        UsageError: squawk or sqlfluff is missing or fails, a path is not the project's, or a rule
            that is switched off does not exist.
    """
    root = settings.root
    complaint = _complaints(root)
    for rule in settings.lint_off:
        if wrong := complaint(rule):
            raise UsageError(f"[lint.off]: {wrong}", path=FILE_NAME)
    project = files.load(root)
    progress.start(3 if options.style else 2, "lint")
    progress.step("the project's rules")
    findings: list[Finding] = []
    parsed = list(_parsed(project, findings))
    texts = {file.path: file.text for file in parsed}
    texts |= {path: files.read_source(root, path).text for path in _sql_below(root, _PLATFORM)}
    stated = [path.relative_to(root).as_posix() for path in expectation_files.paths(root)]
    texts |= {path: files.read_source(root, path).text for path in stated}
    chosen = lint_scope.chosen(root, options.paths, texts, progress.note)
    findings += rules.check(parsed)
    findings += _declared_files(project, chosen)
    findings += _expectations(root)
    progress.step("squawk: unsafe migrations")
    ups = [m.up for m in project.migrations if m.up.path in chosen]
    findings += lint_tools.squawk(root, ups, NO_TRANSACTION, options.cached)
    if options.style:
        progress.step("sqlfluff: style")
        styled = sorted(path for path in chosen if path.endswith(".sql"))
        findings += lint_tools.sqlfluff(root, styled, options.cached)
    findings = switches.apply(
        (f for f in findings if f.path in chosen),
        [switch for path in chosen for switch in switches.read(path, texts[path])],
        settings.lint_off,
        complaint,
        lambda rule: options.style or not rule.startswith("sqlfluff:"),
    )
    ordered = sorted(set(findings), key=lambda f: (f.path, f.line, f.rule, f.message))
    return Linted(len(chosen), tuple(ordered))


def _complaints(root: Path) -> Callable[[str], str]:
    """What is wrong with a rule's name; empty where nothing is."""

    @cache
    def complaint(name: str) -> str:
        tool, colon, rule = name.partition(":")
        if not colon:
            known: Collection[str] = rules.NAMES
        elif tool == "sqlfluff":
            known = {f"sqlfluff:{code}" for code in lint_tools.sqlfluff_rules()}
        elif tool == "squawk" and lint_tools.knows_squawk_rule(root, rule):
            return ""
        else:
            return f"there is no rule {name!r}"
        if name in known:
            return ""
        near = get_close_matches(name, known, n=3) or sorted(known)[: 20 if not colon else 0]
        return f"there is no rule {name!r}" + (f"; near: {', '.join(near)}" if near else "")

    return complaint


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


def _sql_below(root: Path, folder: str) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*.sql"))


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


def _declared_files(project: Project, chosen: Collection[str]) -> Iterator[Finding]:
    for file in project.declared:
        if file.source.path not in chosen:
            continue
        try:
            script.parse(file.source.text, file.source.path)
        except FileError:
            continue  # reported as syntax
        try:
            declared.read(file.kind, file.object_name, file.source.text, file.source.path)
        except FileError as error:
            yield Finding("declared-file", file.source.path, error.line or 1, error.message)


def _expectations(root: Path) -> Iterator[Finding]:
    """Files of expectations, which reviewers read first: readable, and without scrolling."""
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
