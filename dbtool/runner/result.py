"""What a run is asked for, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from dbtool.db.catalog import Difference
from dbtool.db.declared_objects import Change
from dbtool.db.due_seeds import Seeded


@dataclass(frozen=True)
class Options:
    """Arguments of ``migrate``."""

    to: str | None = None
    dry_run: bool = False
    allow_out_of_order: tuple[str, ...] = ()
    lock_wait: float = 600


@dataclass(frozen=True)
class AppliedStep:
    """One migration of a run."""

    name: str
    milliseconds: int
    attempts: int


@dataclass(frozen=True)
class Migrated:
    """What a run did.

    Attributes:
        migrations: Applied, in order (with ``--dry-run``: those that would be).
        declared: What happened to declared files.
        seeds: What became of reference rows.
        drift: How the database differed from what the last run left, before this one began.
        dry_run: Nothing was done.
    """

    migrations: tuple[AppliedStep, ...] = ()
    declared: tuple[Change, ...] = ()
    seeds: tuple[Seeded, ...] = ()
    drift: tuple[Difference, ...] = ()
    dry_run: bool = False
