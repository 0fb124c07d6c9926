"""Random and slow tests, for as long as there is time: ``make soak``.

The environment says what is wanted: MINUTES, SEED, ONLY (sections), FULL=1, REPEAT (a test and its
unit) and BASE (the commit before the change).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.support import soak
from tests.support.servers import REPOSITORY, chosen

SECTIONS = {
    "kills": "runner or server killed at a statement",
    "races": "many runners at once, and runners beside readers",
    "statements": "random statements of everybody",
    "credits": "credits while the server is killed",
    "jobs": "jobs whose workers are killed and paused",
    "explain": "explanations held against the matrix",
    "matrix": "expectations of access, executed",
    "slices": "tables of all kinds that dbtool new writes",
    "mutants": "mistakes in access, put in on purpose",
    soak.SERVERS: "all other tests on servers but the first",
    # This one needs programs outside Python, so it is asked for by name.
    "requests": "random requests through PostgREST",
}
EXTERNAL = ("requests",)
FAULTS = REPOSITORY / "tests/soak_faults.toml"
# Seconds that a process needs before its first unit.
_START = 12.0
_AT_ONCE = os.cpu_count() or 1


@dataclass(frozen=True)
class Failure:
    """A unit that failed.

    Attributes:
        test: Its node id, with the server.
        unit: Empty where the test has none.
        server: As DBTOOL_TEST_SERVERS names it.
        said: The end of what pytest printed.
    """

    test: str
    unit: str
    server: str
    said: str

    @property
    def command(self) -> str:
        """How to repeat it."""
        return f"DBTOOL_TEST_SERVERS={self.server} make soak REPEAT='{self.test} {self.unit}'"


@dataclass(frozen=True)
class Slice:
    """What one process did of a section."""

    section: str
    server: str
    units: int
    there: int
    seconds: float
    failures: tuple[Failure, ...]


def run(section: str, server: str, seed: int, seconds: float | None) -> Slice:
    """Run a section in a process of its own.

    Args:
        section: Which.
        server: As DBTOOL_TEST_SERVERS names it.
        seed: Chooses its units.
        seconds: How long it may take; None for all there is.
    """
    where = "tests/external" if section in EXTERNAL else "tests/tool tests/schema"
    given = "all" if seconds is None else str(max(seconds - _START, 1))
    servers = ",".join(_names()) if section == soak.SERVERS else server
    environment = {
        soak.SECTION: section,
        soak.SEED: str(seed),
        soak.SECONDS: given,
        "DBTOOL_TEST_SERVERS": servers,
    }
    began = time.monotonic()
    code, report, said = _pytest(REPOSITORY, where.split(), environment)
    units = {(line["test"], line["started"]) for line in report if "started" in line}
    there = {line["test"]: int(line["there"] or 0) for line in report if "there" in line}
    total = sum(there.values())
    if section == soak.SERVERS:  # whose units are tests
        units = {(line["test"], "") for line in report if "finished" in line}
        total = max(there.values(), default=0)
    failures = list(_failures(report, servers, said))
    if code not in (0, 1) or (code and not failures):
        failures.append(Failure(section, "", servers, said))
    return Slice(section, servers, len(units), total, time.monotonic() - began, tuple(failures))


def _failures(report: list[dict[str, Any]], server: str, said: str) -> Iterator[Failure]:
    started: dict[str, str] = {}
    for line in report:
        if "started" in line:
            started[line["test"]] = line["started"]
        elif "failed" in line:
            yield Failure(line["failed"], started.get(line["failed"], ""), server, said)


def repeat(root: Path, failure: Failure) -> bool:
    """Run one unit again; whether it holds.

    Raises:
        LookupError: There is no such test.
    """
    environment = {soak.UNIT: failure.unit, "DBTOOL_TEST_SERVERS": failure.server}
    if not failure.unit:
        environment.pop(soak.UNIT)
    code, _, _ = _pytest(root, [failure.test], environment)
    if code not in (0, 1):
        raise LookupError(failure.test)
    return code == 0


def _pytest(
    root: Path, where: Sequence[str], environment: dict[str, str]
) -> tuple[int, list[dict[str, Any]], str]:
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as report:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--tb=short", *where],
            cwd=root,
            env={**os.environ, **environment, soak.REPORT: report.name, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = [json.loads(line) for line in report]
    return done.returncode, lines, done.stdout[-6000:]


def _names() -> list[str]:
    return os.environ.get("DBTOOL_TEST_SERVERS", "18,16").split(",")


def base() -> str:
    """The commit before the change; empty where none is known."""
    if named := os.environ.get("BASE"):
        return _git("rev-parse", "--verify", "--quiet", f"{named}^{{commit}}")
    head = _git("rev-parse", "HEAD")
    for candidate in ("origin/main", "origin/HEAD"):
        common = _git("merge-base", "HEAD", candidate)
        if common and common != head:
            return common
    merge = _git("rev-list", "--merges", "--max-count=1", "HEAD")
    return _git("rev-parse", f"{merge}^1") if merge else ""


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


@contextmanager
def _checkout(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dbtool-base-") as folder:
        root = Path(folder) / "checkout"
        _git("worktree", "add", "--detach", str(root), commit)
        try:
            yield root
        finally:
            _git("worktree", "remove", "--force", str(root))


def is_old(failure: Failure, before: str) -> bool:
    """Whether the unit failed before the change, too."""
    if not before:
        return False
    with _checkout(before) as root:
        try:
            return not repeat(root, failure)
        except LookupError:
            return False


def known() -> list[Failure]:
    """Faults that were found and are still to be mended."""
    table = tomllib.loads(FAULTS.read_text("utf-8"))
    return [Failure(f["test"], f["unit"], f["server"], "") for f in table.get("fault", [])]


def remember(failure: Failure, before: str) -> None:
    """Write an old fault down, to be tried first by every soak."""
    with FAULTS.open("a", encoding="utf-8") as file:
        file.write(
            f"\n[[fault]] # was there in {before[:12]}\n"
            f"test = {json.dumps(failure.test)}\n"
            f"unit = {json.dumps(failure.unit)}\n"
            f"server = {json.dumps(failure.server)}\n"
        )


def _wanted() -> list[str]:
    named = os.environ.get("ONLY", "")
    if not named:
        return [section for section in SECTIONS if section not in EXTERNAL]
    if named == "all":
        return list(SECTIONS)
    unknown = set(named.split(",")) - SECTIONS.keys()
    if unknown:
        sys.exit(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return named.split(",")


def _planned(sections: list[str], seed: int, seconds: float | None) -> list[tuple[str, str, int]]:
    """Sections with a server and a seed for each; in full, with every server."""
    lot = random.Random(seed)  # noqa: S311 (no secret)
    planned = []
    for section in sections:
        names = _names()
        if section == soak.SERVERS:
            names = names[:1] if len(names) > 1 else []
        elif seconds is not None:
            names = [lot.choice(names)]
        planned += [(section, name, lot.randrange(1 << 31)) for name in names]
    lot.shuffle(planned)
    return planned


def main() -> int:
    """Soak; 1 where something failed that did not fail before the change."""
    # In a pipe nothing is folded, so that commands can be copied.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    chosen()  # says what is wrong with DBTOOL_TEST_SERVERS
    if named := os.environ.get("REPEAT"):
        test, _, unit = named.rpartition(" ") if " " in named else (named, "", "")
        held = repeat(REPOSITORY, Failure(test, unit, ",".join(_names()), ""))
        console.print("it holds" if held else "it fails", style="green" if held else "red")
        return not held
    seed = int(os.environ.get("SEED") or time.time())
    is_full = os.environ.get("FULL", "") not in ("", "0")
    minutes = float(os.environ.get("MINUTES") or 5)
    sections = _wanted()
    share = None if is_full else minutes * 60 * min(_AT_ONCE, len(sections)) / len(sections)
    how = "in full" if is_full else f"for {minutes:g} minutes"
    console.print(f"soaking {how}, SEED={seed}, ONLY={','.join(sections)}", highlight=False)
    for fault in known():
        held = repeat(REPOSITORY, fault)
        said = "mended: take it out of tests/soak_faults.toml" if held else "known, still there"
        console.print(f"{said}: {escape(fault.command)}", style="yellow", highlight=False)
    table = Table(title="Soak", title_style="bold", title_justify="left")
    for heading in ("section", "server", "units", "minutes", "failed"):
        table.add_column(heading, justify="left" if heading in ("section", "server") else "right")
    failures: list[Failure] = []
    units = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        slices = [pool.submit(run, *each, share) for each in _planned(sections, seed, share)]
        for each in slices:
            done = each.result()
            failures += done.failures
            units += done.units
            of = f"{done.units} of {done.there}" if done.there else str(done.units)
            failed = f"[red]{len(done.failures)}[/]" if done.failures else "0"
            said = f"{done.section}: {SECTIONS[done.section]}"
            table.add_row(said, done.server, of, f"{done.seconds / 60:.1f}", failed)
    console.print(table)
    console.print(f"{units} units, {len(failures)} failed")
    before = base() if failures else ""
    new = 0
    for failure in failures:
        console.print(escape(failure.said), highlight=False)
        if is_old(failure, before):
            remember(failure, before)
            console.print(f"an old fault, there in {before[:12]}:", style="yellow")
        else:
            new += 1
            console.print("a new fault:", style="red")
        console.print(f"  {escape(failure.command)}", highlight=False)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
