"""``dbtool access``: who may do what, held to the expectations by execution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dbtool.access import expectation_files, summary
from dbtool.access.expectations import Expectations
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.mutation import run as mutation
from dbtool.access.mutation.mutants import every
from dbtool.access.mutation.run import Outcome
from dbtool.access.summary import MatrixLine
from dbtool.commands import chosen_objects, seed, up
from dbtool.db import connect
from dbtool.db.connect import Connection
from dbtool.errors import UsageError
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import scratch, session
from dbtool.runner.progress import Progress
from dbtool.runner.scratch import ServerToMatch


@dataclass(frozen=True)
class Checked:
    """The matrix, and what came of trying it.

    Attributes:
        lines: What is expected of the objects that were tried.
        tried: How many questions the database was asked.
        deviations: Answers that were not expected.
    """

    lines: tuple[MatrixLine, ...]
    tried: int
    deviations: tuple[Deviation, ...]


def matrix(settings: Settings, progress: Progress, only: Sequence[str] = ()) -> Checked:
    """Build the files with the demo world on a scratch server and try every expectation.

    Args:
        settings: The project.
        progress: Where to say what happens.
        only: Names of tables, views, functions and partitions to try alone; none for all.

    Raises:
        FileError: An expectation that cannot be read.
        UsageError: No scratch server can be had, or a name is not known.
    """
    expected = expectation_files.load(settings.root)
    chosen = chosen_objects.named(expected, only)
    with world(settings, progress) as connection:
        return check(connection, expected, progress, chosen)


def check(
    connection: Connection,
    expected: Expectations,
    progress: Progress,
    only: Set[str] | None = None,
) -> Checked:
    """Try every expectation in one transaction of an administrator, and roll it back."""
    try:
        tried = Matrix(connection, expected)
        if only is not None:
            chosen_objects.assert_there(tried, only)
        total = len(expected.relations) + len(expected.functions)
        progress.start(total if only is None else len(only), "access")
        deviations = tuple(tried.run(progress.step, only))
        lines = (li for li in summary.lines(expected) if only is None or li.name in only)
        return Checked(tuple(lines), tried.asked, deviations)
    finally:
        connection.rollback()


@dataclass(frozen=True)
class Proven:
    """What the matrix noticed of the faults that were put in.

    Attributes:
        noticed: Faults that turned it red.
        by_rule: Faults that change nothing by rule, counted by rule.
        explained: Faults that nobody noticed, each with the reason that expectations.yml gives.
        unnoticed: Faults that nobody noticed and nobody explains.
        stale: Explained faults that were noticed, or are not made any more.
        is_part: Whether faults were put into some objects only.
    """

    noticed: int
    by_rule: Mapping[str, int]
    explained: Mapping[str, str]
    unnoticed: tuple[str, ...]
    stale: tuple[str, ...]
    is_part: bool = False

    @property
    def share(self) -> float:
        """Faults noticed, of those that could be: 0 to 1."""
        survived = len(self.explained) + len(self.unnoticed)
        return self.noticed / (self.noticed + survived) if self.noticed + survived else 1.0

    @property
    def is_enough(self) -> bool:
        """Whether at least 99 in 100 were noticed, and every other one is explained."""
        # Where objects are few, every fault may be explained.
        is_share_enough = self.is_part or self.share >= ENOUGH
        return is_share_enough and not self.unnoticed and not self.stale


ENOUGH = 0.99


def mutants(
    settings: Settings, progress: Progress, only: Sequence[str] = (), since: str = ""
) -> Proven:
    """Put every fault into a scratch database, one at a time, and see whether the matrix notices.

    Args:
        settings: The project.
        progress: Where to say what happens.
        only: Names of the tables, views and functions to put faults into; none for all.
        since: A revision of git: only those whose files changed since.

    Raises:
        FileError: An expectation that cannot be read.
        UsageError: No scratch server can be had, a name or the revision is not known.
    """
    expected = expectation_files.load(settings.root)
    chosen = chosen_objects.named(expected, only)
    if since:
        changed = chosen_objects.changed(settings.root, expected, since)
        chosen = changed if chosen is None else chosen & changed
    if chosen is not None and not chosen:
        return Proven(0, {}, {}, (), (), is_part=True)
    with world(settings, progress) as connection:
        return prove(connection, expected, progress, chosen)


def prove(
    connection: Connection,
    expected: Expectations,
    progress: Progress,
    only: Set[str] | None = None,
) -> Proven:
    """The same in one transaction of an administrator, which is rolled back."""
    try:
        matrix = Matrix(connection, expected)
        if only is not None:
            chosen_objects.assert_there(matrix, only)
        everything = every(connection, matrix.schemas)
        chosen = [m for m in everything if only is None or m.target in only]
        progress.start(len(chosen), "mutants")
        outcomes = list(mutation.run(matrix, chosen, progress.step))
    finally:
        connection.rollback()
    made = {o.mutant.name for o in outcomes}
    explained = {o.mutant.name for o in outcomes if not o.noticed and o.reason}
    stale = sorted(expected.survivors.keys() - explained)
    stale = [name for name in stale if only is None or name in made]
    return judged(outcomes, stale, is_part=only is not None)


def judged(outcomes: Sequence[Outcome], stale: Sequence[str], is_part: bool) -> Proven:
    """What outcomes say of the matrix.

    Args:
        outcomes: Of all mutants that were put in.
        stale: Explained mutants that need no explanation.
        is_part: Whether only those of some objects were put in.
    """
    survived = [o for o in outcomes if not (o.noticed or o.mutant.rule)]
    return Proven(
        sum(1 for o in outcomes if o.noticed),
        Counter(o.mutant.rule for o in outcomes if o.mutant.rule),
        {o.mutant.name: o.reason for o in survived if o.reason},
        tuple(o.mutant.name for o in survived if not o.reason),
        tuple(stale),
        is_part,
    )


@contextmanager
def world(settings: Settings, progress: Progress) -> Iterator[Connection]:
    """An administrator's session, in a transaction, with the files and the demo world."""
    with world_url(settings, progress) as url, connect.connect(url) as connection:
        connection.execute(b"begin")
        yield connection


@contextmanager
def world_url(settings: Settings, progress: Progress) -> Iterator[str]:
    """A scratch database with the files and the demo world; its administrator's URL."""
    project = files.load(settings.root)
    with scratch.migrated(settings, _beside(settings), project, progress) as url:
        seed.seed_demo(replace(settings, database_url=url, direct_url=""), progress)
        yield url


def _beside(settings: Settings) -> ServerToMatch:
    """The target, whose version counts; without one the version of `dbtool up`."""
    try:
        return ServerToMatch.of(session.url(settings))
    except UsageError:
        if settings.scratch_url:
            return replace(ServerToMatch.of(settings.scratch_url), cluster="")
        return ServerToMatch(up.DEFAULT_MAJOR, "")
