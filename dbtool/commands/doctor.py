"""``dbtool doctor``: who may do more than they should, seen in the catalog of any database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dbtool.commands import advisors
from dbtool.db import checks, connect, modules
from dbtool.db.checks import CheckFinding
from dbtool.errors import FileError, UsageError
from dbtool.project import exceptions, files
from dbtool.project.exceptions import Exemption
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Progress


@dataclass(frozen=True)
class Excused:
    """A finding that the project means.

    Attributes:
        finding: What was found.
        reason: Why it is meant.
    """

    finding: CheckFinding
    reason: str


@dataclass(frozen=True)
class Examined:
    """What was found.

    Attributes:
        ran: Numbers of the checks, and names of the other tools, that ran.
        not_installed: Other tools that are not here and so did not run.
        findings: Sorted by check, then object.
        excused: What the exceptions file has a reason for.
    """

    ran: tuple[str, ...]
    not_installed: tuple[str, ...]
    findings: tuple[CheckFinding, ...]
    excused: tuple[Excused, ...]


def doctor(settings: Settings, only: Sequence[str], progress: Progress) -> Examined:
    """Run the checks, and other linters that are installed.

    Args:
        settings: Project and target.
        only: Numbers of checks and names of tools to run; empty: all.
        progress: Where to say what happens.

    Raises:
        UsageError: An unknown check; or another tool fails.
        FileError: The exceptions file is wrong.
        DatabaseError: The target cannot be reached.
    """
    chosen = _chosen(only)
    exempted = exceptions.load(settings.root)
    _check_names(exempted)
    own = [check for check in checks.known() if check.number in chosen]
    tools = [tool for tool in advisors.TOOLS if tool.name in chosen]
    installed = [tool for tool in tools if tool.program()]
    url = session.url(settings)
    progress.start(len(own) + len(installed), "doctor")
    found: list[CheckFinding] = []
    with connect.connect(url) as connection:
        connect.check_version(connection)
        project = modules.fit(connection, files.load(settings.root))
        for check in own:
            progress.step(f"{check.number} {check.title}")
            found += checks.run(connection, check, project.schemas)
        database = advisors.Database(
            url,
            project.schemas,
            checks.exposed_schemas(connection),
        )
    for tool in installed:
        progress.step(tool.name)
        found += tool.run(database)
    ran = [check.number for check in own] + [tool.name for tool in installed]
    findings, excused = _judged(found, exempted)
    findings += _stale(exempted, found, ran, project.left_out)
    return Examined(
        tuple(ran),
        tuple(tool.name for tool in tools if tool not in installed),
        tuple(findings),
        tuple(excused),
    )


def _names() -> list[str]:
    return [c.number for c in checks.known()] + [tool.name for tool in advisors.TOOLS]


def _chosen(only: Sequence[str]) -> set[str]:
    names = {name.lower(): name for name in _names()}
    unknown = [name for name in only if name.lower() not in names]
    if unknown:
        raise UsageError(
            f"there is no check {unknown[0]}", hint=f"Use one of {', '.join(names.values())}."
        )
    return {names[name.lower()] for name in only} or set(names.values())


def _check_names(exempted: Sequence[Exemption]) -> None:
    names = _names()
    for entry in exempted:
        if _source(entry.check) not in names:
            raise FileError(
                f"there is no check {entry.check}",
                path=exceptions.FILE_NAME,
                hint="Name a check's number, or another tool's rule as tool:rule.",
            )


def _source(check: str) -> str:
    """What must have run for the check to have been asked."""
    return check.partition(":")[0]


def _judged(
    found: Sequence[CheckFinding], exempted: Sequence[Exemption]
) -> tuple[list[CheckFinding], list[Excused]]:
    findings, excused = [], []
    for finding in found:
        reason = next((e.reason for e in exempted if _excuses(e, finding)), None)
        if reason is None:
            findings.append(finding)
        else:
            excused.append(Excused(finding, reason))
    return findings, excused


def _excuses(entry: Exemption, finding: CheckFinding) -> bool:
    return entry.check == finding.check and (
        not entry.objects or any(exceptions.matches(o, finding.object) for o in entry.objects)
    )


def _stale(
    exempted: Sequence[Exemption],
    found: Sequence[CheckFinding],
    ran: Collection[str],
    left_out: Sequence[str],
) -> Iterator[CheckFinding]:
    """Objects of the exceptions file that nothing was found on, by checks that did run."""
    for entry in exempted:
        if _source(entry.check) not in ran:
            continue
        names = [finding.object for finding in found if finding.check == entry.check]
        for pattern in entry.objects:
            if any(f"{module}." in pattern for module in left_out):
                continue
            if not any(exceptions.matches(pattern, name) for name in names):
                yield CheckFinding(
                    "exceptions",
                    "Exceptions that are no longer needed",
                    f"{entry.check}: {pattern}",
                    "nothing is found on it any more",
                    f"delete it from {exceptions.FILE_NAME}",
                    "docs/reference/doctor/exceptions.md",
                )
