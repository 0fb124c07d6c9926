"""What is due: the files compared with the ledger and the catalog, decided once and handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dbtool.db import declared_objects, due_seeds, fingerprint, ledger
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import Change
from dbtool.db.ledger import AppliedFile, AppliedMigration
from dbtool.project.files import Migration, Project, SourceFile
from dbtool.runner import history
from dbtool.runner.result import Options


@dataclass(frozen=True)
class Standing:
    """What is applied according to the ledger, by version and by path."""

    migrations: Mapping[str, AppliedMigration]
    declared: Mapping[str, AppliedFile]
    seeds: Mapping[str, AppliedFile]

    @classmethod
    def of(cls, connection: Connection) -> Standing:
        """Read it; nothing is applied where dbtool never worked.

        Raises:
            HistoryError: The ledger was edited by hand.
        """
        if not ledger.exists(connection):
            return cls({}, {}, {})
        fingerprint.check_ledger(connection)
        files = ledger.applied_files(connection)
        return cls(
            ledger.applied_migrations(connection),
            {path: file for path, file in files.items() if file.kind != "seed"},
            {path: file for path, file in files.items() if file.kind == "seed"},
        )


@dataclass(frozen=True)
class Due:
    """What a run has to do.

    Attributes:
        standing: What is applied according to the ledger.
        migrations: Those to apply, in order.
        declared: Files to apply, and those whose object is to be dropped. Migrations may add to
            it, by dropping what is in their way.
        seeds: Reference files to merge.
        drift: How the catalog differs from what the last run left.
        at_head: Whether the run ends at the newest version, where declared files belong.
        is_comparable: Whether the last run left a record of the catalog.
    """

    standing: Standing
    migrations: tuple[Migration, ...]
    declared: tuple[Change, ...]
    seeds: tuple[SourceFile, ...]
    drift: tuple[Difference, ...]
    at_head: bool
    is_comparable: bool

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to run."""
        if not self.at_head:
            return not self.migrations
        return not (self.migrations or self.declared or self.seeds) and self.is_comparable


def decide(connection: Connection, project: Project, options: Options, undone: str = "") -> Due:
    """Compare the files with the ledger, and the catalog with what the last run left.

    Args:
        connection: To the target.
        project: The files.
        options: Those of ``migrate``.
        undone: A version that counts as not applied, because the run will undo it first.

    Raises:
        HistoryError: Files contradict the ledger, or it was edited by hand.
        UsageError: An option names a version or a file that is not there.
    """
    known = ledger.exists(connection)
    standing = Standing.of(connection)
    applied = {v: row for v, row in standing.migrations.items() if v != undone}
    standing = replace(standing, migrations=applied)
    migrations = history.pending(
        project, standing.migrations, options.allow_out_of_order, options.to
    )
    drift = (fingerprint.drift(connection, project.schemas) if known else None) or ()
    reference = project.seeds("reference")
    return Due(
        standing,
        tuple(migrations),
        _declared(project, standing, drift),
        tuple(due_seeds.due(connection, reference, standing.seeds) if known else reference),
        drift,
        _at_head(project, options),
        known and fingerprint.is_comparable(connection),
    )


def is_current(connection: Connection, project: Project, options: Options) -> bool:
    """Whether nothing is due, told by one snapshot and without the lock.

    Uncommitted work of another runner is not in the snapshot, so it counts as due. The stamp
    over the catalog stands for a comparison of it.
    """
    if not (ledger.exists(connection) and _at_head(project, options)):
        return False
    with connection.transaction():
        connection.execute(b"set transaction isolation level repeatable read, read only")
        standing = Standing.of(connection)
        return not (
            history.pending(project, standing.migrations, options.allow_out_of_order)
            or not fingerprint.is_comparable(connection)
            or _declared(project, standing, ())
            or due_seeds.due(connection, project.seeds("reference"), standing.seeds)
        ) and fingerprint.is_untouched(connection, project.schemas)


def _at_head(project: Project, options: Options) -> bool:
    return options.to is None or options.to == project.head


def _declared(
    project: Project, standing: Standing, drift: tuple[Difference, ...]
) -> tuple[Change, ...]:
    present = {file.source.path for file in project.declared}
    changed = declared_objects.changed_files(project.declared, standing.declared, drift)
    gone = [path for path in standing.declared if path not in present]
    return (
        *(Change(path, "applied") for path in sorted(changed)),
        *(Change(path, "dropped") for path in gone),
    )
