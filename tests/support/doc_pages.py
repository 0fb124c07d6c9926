"""Examples in the pages of README.md and docs/, so that tests can run them.

A page's fenced blocks do what their first line says:

- ``console``: lines that begin with ``$ `` are commands (a trailing backslash continues one), the
  lines below a command are its output. A line ``...`` stands for any lines that are left out.
- ``sql run``: SQL that somebody runs as the owner of the database.
- ``sql PATH``: a file of the project, which holds this text from here on.

All other blocks are for reading only.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.support.servers import REPOSITORY

# With this variable set, an output that differs is written into its page instead of refused.
WRITE = "DBTOOL_TEST_WRITE_DOCS"
ELISION = "..."
_PROJECT = ("migrations", "functions", "views", "policies", "seeds", "platform", "schemas")
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?$")
# Texts that differ from run to run, and what stands for them while outputs are compared.
_VARIABLE = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"eyJ[\w.-]+", "<token>"),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uuid>"),
        (r"\b[0-9a-f]{64}\b", "<sha256>"),
        (r"(?<=[a-z]:)[^/@\s]+(?=@127)", "<password>"),
        (r"(?<=127\.0\.0\.1:)\d+", "<port>"),
        (r"^\S+ on Postgres \d+$", "<database> on Postgres <major>"),
        (r"^Postgres \d+ is", "Postgres <major> is"),
        (r"^(\w+/)20\d{12}(_\w+) +\d+( +\d+)$", r"\1<version>\2 <ms>\3"),
        (r"\b20\d{12}(?=_)", "<version>"),
        (r"\b20\d\d-\d\d-\d\d[T ][\d:.]+([+-]\d\d:\d\d)?", "<time>"),
        (r"^\d\d:\d\d:\d\d ", "<clock> "),
        (r"\b20\d\d-\d\d\b", "<month>"),
        (r"\b\d+(\.\d+)? ms\b", "<duration>"),
        (r"\b\d+(\.\d+)? (bytes|B|kB|MB)(?=\s|$)", "<size>"),
        (r"^(<clock> started) \S+", r"\1 <process>"),
        (r"\b\d+(?= (excused|checks|migrations|declared files|reference rows)\b)", "<count>"),
    )
)
_PADDING = re.compile(r" {2,}|[─━]{2,}")
# Texts that are shortened when an output is written: long, or like somebody's secret.
_SHORTENED = ((_VARIABLE[0][0], "eyJ..."), (_VARIABLE[3][0], "..."))


@dataclass(frozen=True)
class Command:
    """A command of a page.

    Attributes:
        text: What is typed, on one line.
        output: The lines that the page shows below it.
        first: Number of the output's first line in the page, from 0.
    """

    text: str
    output: tuple[str, ...]
    first: int


@dataclass(frozen=True)
class Statements:
    """SQL that the owner runs."""

    text: str


@dataclass(frozen=True)
class ProjectFile:
    """A file that the page asks its reader to write."""

    path: str
    text: str


Step = Command | Statements | ProjectFile


@dataclass(frozen=True)
class Page:
    """A page of Markdown."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the checkout."""
        return self.path.relative_to(REPOSITORY).as_posix()

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.path.read_text("utf-8").splitlines()

    def steps(self) -> list[Step]:
        """What is to be done, in the order of the page."""
        return list(_steps(self.lines))

    def commands(self) -> list[str]:
        """First words of its commands."""
        return [step.text.split()[0] for step in self.steps() if isinstance(step, Command)]


def pages() -> list[Page]:
    """All pages that people write, and those that are generated."""
    return [Page(REPOSITORY / "README.md"), *map(Page, sorted(REPOSITORY.glob("docs/**/*.md")))]


def narrow_console(*arguments: Any, **options: Any) -> Console:
    """A console as wide as a page can show, which folds tables."""
    return Console(*arguments, **{**options, "width": 100})


def checkout(folder: Path) -> Path:
    """A copy of the project below a folder, for pages that write to it."""
    root = folder / "checkout"
    for name in _PROJECT:
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("dbtool.toml", ".sqlfluff", ".squawk.toml"):
        shutil.copy(REPOSITORY / name, root)
    (root / "tests" / "schema").mkdir(parents=True)
    return root


def _steps(lines: list[str]) -> Iterator[Step]:
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        number += 1
        if not fence:
            continue
        end = lines.index("```", number)
        language, about = fence.groups()
        text = "\n".join(lines[number:end]) + "\n"
        if language == "console":
            yield from _commands(lines, number, end)
        elif about == "run":
            yield Statements(text)
        elif about:
            yield ProjectFile(about, text)
        number = end + 1


def _commands(lines: list[str], number: int, end: int) -> Iterator[Command]:
    while number < end:
        assert lines[number].startswith("$ "), f"no command: {lines[number]}"
        typed = lines[number][2:]
        number += 1
        while typed.endswith("\\"):
            typed = f"{typed[:-1].rstrip()} {lines[number].strip()}"
            number += 1
        first = number
        while number < end and not lines[number].startswith("$ "):
            number += 1
        yield Command(typed, tuple(lines[first:number]), first)


def masked(line: str) -> str:
    """A line without what differs from run to run, and without the padding that follows from it."""
    for pattern, mask in _VARIABLE:
        line = pattern.sub(mask, line)
    return _PADDING.sub(lambda found: found[0][0], line).rstrip()


def matches(shown: tuple[str, ...], found: list[str]) -> bool:
    """Whether an output is what the page shows of it."""
    pattern = "".join(
        r"(?:.*\n)*" if line == ELISION else re.escape(masked(line)) + r"\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(masked(line) + "\n" for line in found)) is not None


def check(page: Page, run: Callable[[Step], str | None]) -> None:
    """Do what a page says and compare; with the variable WRITE put right what it shows.

    Args:
        page: The page.
        run: Does a step and returns the output; None where there is none to compare.
    """
    wrong: list[tuple[Command, list[str]]] = []
    for step in page.steps():
        output = run(step)
        if output is None or not isinstance(step, Command):
            continue
        found = [line.rstrip() for line in output.strip("\n").splitlines()]
        if not matches(step.output, found):
            wrong.append((step, found))
    if os.environ.get(WRITE):
        _write(page, wrong)
    else:
        assert not wrong, "\n\n".join(_told(page, *difference) for difference in wrong)


def _told(page: Page, command: Command, found: list[str]) -> str:
    shown = [masked(line) for line in command.output]
    difference = difflib.unified_diff(shown, [masked(x) for x in found], "shown", "found", "", "")
    head = f"{page.name}:{command.first + 1}: $ {command.text}"
    return "\n".join([head, *difference, f"({WRITE}=1 writes it into the page)"])


def _write(page: Page, wrong: list[tuple[Command, list[str]]]) -> None:
    lines = page.lines
    for command, found in reversed(wrong):
        shown = [_shortened(line) for line in _elided(command.output, found)]
        lines[command.first : command.first + len(command.output)] = shown
    page.path.write_text("\n".join(lines) + "\n", "utf-8")


def _elided(shown: tuple[str, ...], found: list[str]) -> list[str]:
    """A new output, shortened to as many lines before and after its one gap as was the old."""
    if shown.count(ELISION) != 1 or len(found) < len(shown):
        return found
    before = shown.index(ELISION)
    after = len(shown) - before - 1
    return [*found[:before], ELISION, *found[len(found) - after :]]


def _shortened(line: str) -> str:
    """A line that can be read."""
    for pattern, short in _SHORTENED:
        line = pattern.sub(short, line)
    return line
