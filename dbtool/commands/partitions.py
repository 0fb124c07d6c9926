"""``dbtool partitions``: the journals' months: which are there, missing, or to be retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from dbtool.db import connect, index_progress, partitions, sizes, transaction
from dbtool.db import lock as locks
from dbtool.db.connect import Connection
from dbtool.db.lock import RunnerLock
from dbtool.db.partitions import Journal, Partition
from dbtool.errors import LockError
from dbtool.project.settings import Settings
from dbtool.runner import session
from dbtool.runner.progress import Progress
from dbtool.sql.locks import Need


@dataclass(frozen=True)
class JournalState:
    """One journal.

    Attributes:
        name: ``schema.table``.
        partitions: How many there are.
        first: Their first month, ``YYYYMM``; empty where there is none.
        last: Their last.
        months_ahead: Months that stand without a gap beyond the current one; -1 where not even
            that one stands.
        months_wanted: How many are wanted.
        retention_months: Full months to be kept; None for all.
        rows: As the planner estimates; None where it does not know.
        bytes: With indexes and TOAST.
        missing: Months without a partition.
        due: Partitions to be retired.
        interrupted: Those of them whose retirement began; one more run ends it.
        retired: Tables that were partitions once.
        problems: What only a person can put right.
    """

    name: str
    partitions: int
    first: str
    last: str
    months_ahead: int
    months_wanted: int
    retention_months: int | None
    rows: int | None
    bytes: int
    missing: tuple[str, ...]
    due: tuple[str, ...]
    interrupted: tuple[str, ...]
    retired: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """All journals."""

    journals: tuple[JournalState, ...]

    @property
    def has_findings(self) -> bool:
        """Whether a month is missing, a retirement was interrupted or something needs a person."""
        return any(j.missing or j.interrupted or j.problems for j in self.journals)


@dataclass(frozen=True)
class Ensured:
    """What was made.

    Attributes:
        made: New partitions.
        missing: ``journal: YYYYMM``, months that could not be made.
    """

    made: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A partition and where it stands once it is retired."""

    journal: str
    partition: str
    put_away: str
    rows: int | None


@dataclass(frozen=True)
class Retired:
    """What was, or would be, retired."""

    moves: tuple[Move, ...] = ()
    dry_run: bool = False
    confirmed: bool = True


def list_(settings: Settings) -> Listed:
    """Every journal with its partitions.

    Raises:
        UsageError: The database is not migrated.
    """
    with session.prepared(settings) as connection:
        journals = partitions.journals(connection)
        found = partitions.partitions(connection)
        known = sizes.sizes(connection, [j.name for j in journals])
    return Listed(
        tuple(
            _state(j, [p for p in found if p.journal == j.name], known.get(j.name))
            for j in journals
        )
    )


def _state(journal: Journal, found: list[Partition], size: sizes.Size | None) -> JournalState:
    months = sorted(p.month for p in found if p.month and p.stage == "attached")
    ahead = [m for m in journal.missing if m >= journal.this_month]
    standing = [m for m in months if m >= journal.this_month and not (ahead and m > ahead[0])]
    due = [p for p in found if _is_due(p, journal)]
    problems = [f"{p.name}: its bounds are not those of its month" for p in found if not p.month]
    problems += [f"{journal.name}_{month}: the name is taken" for month in journal.taken]
    if not journal.is_there:
        problems.append(f"{journal.name}: there is no such partitioned table")
    return JournalState(
        name=journal.name,
        partitions=sum(p.stage == "attached" for p in found),
        first=months[0] if months else "",
        last=months[-1] if months else "",
        months_ahead=len(standing) - 1,
        months_wanted=journal.months_ahead,
        retention_months=journal.retention_months,
        rows=size.rows if size else None,
        bytes=size.bytes if size else 0,
        missing=journal.missing,
        due=tuple(p.name for p in due),
        interrupted=tuple(p.name for p in found if p.stage != "attached"),
        retired=journal.retired,
        problems=tuple(problems),
    )


def _is_due(partition: Partition, journal: Journal) -> bool:
    """Whether it is to be retired; a retirement that began is ended whatever the rule says now."""
    return partition.stage != "attached" or bool(
        journal.oldest_kept and partition.month and partition.month < journal.oldest_kept
    )


def ensure(settings: Settings) -> Ensured:
    """Make the partitions of this month and those ahead.

    Raises:
        UsageError: The database is not migrated.
    """
    with session.prepared(settings) as connection:
        partitions.journals(connection)  # says so where it is not migrated
        made = partitions.ensure(connection)
        after = partitions.journals(connection)
    missing = [f"{j.name}: {m}" for j in after for m in j.missing if m >= j.this_month]
    return Ensured(made, tuple(missing))


def retire(
    settings: Settings,
    confirm: Callable[[tuple[Move, ...]], bool],
    progress: Progress,
    *,
    dry_run: bool = False,
    lock_wait: float = 600,
    patience: float = 600,
) -> Retired:
    """Detach every partition that is older than its journal's retention, and put it away.

    Nothing is dropped. Readers and writers are not held up; DETACH CONCURRENTLY waits for
    transactions that use the journal. Interrupted at any point, the next run ends what was begun.

    Args:
        settings: Project and target.
        confirm: Asked once about all of them.
        progress: Where to say what happens.
        dry_run: Only list them.
        lock_wait: Seconds to wait for another runner.
        patience: Seconds to wait for others' transactions, for each partition.

    Raises:
        LockError: Another runner is at work, or a transaction would not end.
        DatabaseError: A journal's before_retire is not there or refused, or a name is taken.
    """
    if dry_run:
        with session.prepared(settings) as connection:
            return Retired(_moves(connection, [p for p, _ in _due(connection)]), dry_run=True)
    with (
        session.exclusive(settings, lock_wait, progress) as (worker, lock),
        connect.connect(session.url(settings)) as own,
    ):
        due = _due(worker)
        moves = _moves(worker, [p for p, _ in due])
        if due and not confirm(moves):
            return Retired(moves, confirmed=False)
        partitions.set_patience(own, patience)
        work = _Retirement(settings, worker, own, lock, progress)
        progress.start(len(due), "retiring")
        for partition, journal in due:
            progress.step(partition.name)
            work.retire(partition, journal)
    return Retired(moves)


def retire_due(settings: Settings, progress: Progress) -> Retired:
    """Retire what is due without asking and without much waiting, as a worker does now and then.

    Raises:
        LockError: Another runner is at work, or a transaction would not end: try later.
    """
    due = retire(settings, lambda _: True, progress, dry_run=True)
    if not due.moves:
        return due
    return retire(settings, lambda _: True, progress, lock_wait=1, patience=60)


def _due(connection: Connection) -> list[tuple[Partition, Journal]]:
    """What is to be retired, begun ones first: Postgres detaches one at a time."""
    journals = {j.name: j for j in partitions.journals(connection)}
    found = [(p, journals[p.journal]) for p in partitions.partitions(connection)]
    due = [(p, j) for p, j in found if _is_due(p, j)]
    return sorted(due, key=lambda d: (d[0].stage == "attached", d[0].name))


def _moves(connection: Connection, due: list[Partition]) -> tuple[Move, ...]:
    known = sizes.sizes(connection, [p.name for p in due])
    return tuple(
        Move(p.journal, p.name, p.put_away, known[p.name].rows if p.name in known else None)
        for p in due
    )


@dataclass(frozen=True)
class _Retirement:
    """One run of it, under the runner's lock."""

    settings: Settings
    worker: Connection
    own: Connection
    lock: RunnerLock
    progress: Progress

    def retire(self, partition: Partition, journal: Journal) -> None:
        """Keep what the journal wants kept, detach, put away: each step can be the first again."""
        partitions.check_room(self.worker, partition)
        # One that somebody began to detach by hand was not asked for either.
        if partition.stage == "attached" or not partition.is_marked:
            self._in_transaction(
                partition,
                lambda: partitions.prepare(self.worker, partition, journal.before_retire),
            )
        if partition.stage != "detached":
            self._detach(partition)
        self._in_transaction(partition, lambda: partitions.put_away(self.worker, partition))

    def _in_transaction(self, partition: Partition, work: Callable[[], None]) -> None:
        def guarded() -> None:
            work()
            self.lock.assert_held(self.worker)

        transaction.with_retries(
            self.worker,
            guarded,
            lambda: [Need(partition.name, "access exclusive")],
            transaction.patience(
                self.worker, self.settings.lock_timeout, self.settings.lock_attempts
            ),
            self.progress.note,
            transaction.Attempts(),
        )

    def _detach(self, partition: Partition) -> None:
        url = session.url(self.settings)
        try:
            with index_progress.reported(
                url, self.own, self.progress.detail, index_progress.WAITING
            ):
                partitions.detach(self.own, partition)
        except psycopg.errors.QueryCanceled as error:
            raise LockError(
                f"{partition.name} is not retired yet: transactions on {partition.journal} would "
                "not end",
                sqlstate=error.sqlstate or "",
                detail="\n".join(locks.blockers(self.worker, [partition.journal])),
                hint="End those sessions or wait, then run it again: it finishes what was begun.",
            ) from error
