"""``dbtool access prove``: the matrix and all mutants for objects whose proof is not known yet."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from psycopg import sql

from dbtool.access import expectation_files, proven
from dbtool.access.expectations import Expectations
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.matrix.matrix import Matrix
from dbtool.access.mutation import run as mutation
from dbtool.access.mutation.mutants import Mutant, every
from dbtool.access.mutation.run import Outcome
from dbtool.commands import access
from dbtool.commands.access import Proven
from dbtool.db import connect
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner.progress import Progress


@dataclass(frozen=True)
class Proof:
    """What was tried, and what came of it.

    Attributes:
        objects: How many there are.
        tried: Those that were not known to be proven.
        asked: How many questions the database was asked.
        deviations: Answers that were not expected.
        mutants: What the matrix noticed of the mutants.
        recorded: Whether what holds was written into the file.
    """

    objects: int
    tried: tuple[str, ...]
    asked: int
    deviations: tuple[Deviation, ...]
    mutants: Proven
    recorded: bool

    @property
    def is_complete(self) -> bool:
        """Whether everything is as decided, and every mutant noticed or explained."""
        return not self.deviations and self.mutants.is_enough


def prove(settings: Settings, progress: Progress, everything: bool = False) -> Proof:
    """Try the objects whose hash the file does not know, and write down which of them hold.

    Args:
        settings: The project.
        progress: Where to say what happens.
        everything: Try all objects, whatever the file knows.

    Raises:
        FileError: Expectations, or the file of proofs, cannot be read.
        UsageError: No scratch server can be had.
    """
    expected = expectation_files.load(settings.root)
    hashes = proven.Rests(files.load(settings.root), expected).hashes()
    known = proven.load(settings.root)
    todo = [name for name in hashes if everything or known.get(name) != hashes[name]]
    still = {name: value for name, value in known.items() if name in hashes}
    if not todo:
        if still != known:
            proven.save(settings.root, still)
        return Proof(len(hashes), (), 0, (), Proven(0, {}, {}, (), (), is_part=True), False)
    with access.world_url(settings, progress) as url:
        trial = _tried(url, expected, todo, progress)
    failed = {d.object for d in trial.deviations} | {
        o.mutant.target for o in trial.outcomes if not (o.noticed or o.mutant.rule or o.reason)
    }
    held = {name: hashes[name] for name in todo if name not in failed}
    # Months are named by nobody: a journal whose month is open does not hold.
    held = {n: h for n, h in held.items() if not any(f.startswith(f"{n}_") for f in failed)}
    proven.save(settings.root, {**still, **held})
    return Proof(
        len(hashes),
        tuple(todo),
        trial.asked,
        trial.deviations,
        access.judged(trial.outcomes, trial.stale, is_part=True),
        True,
    )


@dataclass(frozen=True)
class _Trial:
    deviations: tuple[Deviation, ...]
    outcomes: tuple[Outcome, ...]
    stale: tuple[str, ...]
    asked: int


def _tried(url: str, expected: Expectations, todo: list[str], progress: Progress) -> _Trial:
    """Try objects, several at a time, each worker in a database of its own."""
    with connect.connect(url) as connection:
        connection.execute(b"begin")
        matrix = Matrix(connection, expected)
        connection.execute(b"commit; begin")
        deviations = list(matrix.names())
        months = [name for name, parent in matrix.partitions.items() if parent in todo]
        names = {mutant.name for mutant in every(connection, matrix.schemas)}
    queue = SimpleQueue[str]()
    for name in (*todo, *months):
        queue.put(name)
    progress.start(queue.qsize(), "access")
    workers = max(os.cpu_count() or 1, 1)
    with _copies(url, workers - 1) as copies, ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(lambda at: _work(at, expected, queue, progress), [url, *copies]))
    outcomes = tuple(outcome for _, mine, _ in done for outcome in mine)
    unneeded = {o.mutant.name for o in outcomes if o.noticed} & expected.survivors.keys()
    return _Trial(
        (*deviations, *(d for mine, _, _ in done for d in mine)),
        outcomes,
        tuple(sorted((expected.survivors.keys() - names) | unneeded)),
        sum(asked for _, _, asked in done),
    )


def _work(
    url: str, expected: Expectations, queue: SimpleQueue[str], progress: Progress
) -> tuple[list[Deviation], list[Outcome], int]:
    """Try objects from the queue until it is empty."""
    deviations: list[Deviation] = []
    outcomes: list[Outcome] = []
    with connect.connect(url) as connection:
        connection.execute(b"begin")
        matrix = Matrix(connection, expected, is_populated=True)
        mutants = _by_target(every(connection, matrix.schemas))
        while (name := _next(queue)) is not None:
            progress.step(name)
            deviations += matrix.tried(name)
            outcomes += mutation.run(matrix, mutants.get(name, ()))
    return deviations, outcomes, matrix.asked


def _next(queue: SimpleQueue[str]) -> str | None:
    try:
        return queue.get_nowait()
    except Empty:
        return None


def _by_target(mutants: Iterable[Mutant]) -> Mapping[str, list[Mutant]]:
    found: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        found.setdefault(mutant.target, []).append(mutant)
    return found


@contextmanager
def _copies(url: str, count: int) -> Iterator[list[str]]:
    """Copies of a database that nobody is connected to; their URLs."""
    names = [f"dbtool_scratch_{secrets.token_hex(6)}" for _ in range(count)]
    with connect.connect(connect.with_database(url, "postgres")) as admin:
        original = sql.Identifier(urlsplit(url).path.removeprefix("/"))
        try:
            for name in names:
                make = sql.SQL("create database {} template {}")
                admin.execute(make.format(sql.Identifier(name), original))
            yield [connect.with_database(url, name) for name in names]
        finally:
            for name in names:
                drop = sql.SQL("drop database if exists {} with (force)")
                admin.execute(drop.format(sql.Identifier(name)))
