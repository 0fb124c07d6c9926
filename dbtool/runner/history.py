"""Compares the files with the ledger: what is pending, and what contradicts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dbtool.db.ledger import AppliedMigration
from dbtool.errors import EditedError, HistoryError, UsageError
from dbtool.project.files import Migration, Project


def contradictions(project: Project, applied: Mapping[str, AppliedMigration]) -> dict[str, str]:
    """Versions of applied files that are not here, or not as they were applied; a line on each."""
    files = {m.version: m for m in project.migrations}
    lines = {}
    for version, row in applied.items():
        if version not in files:
            path = f"migrations/{row.module}/{version}_{row.slug}.sql"
            lines[version] = f"{path}: not in this checkout; {_applied(row)}"
        elif files[version].up.checksum != row.checksum:
            lines[version] = f"{files[version].up.path}: not the text that was {_applied(row)}"
    return lines


def _applied(row: AppliedMigration) -> str:
    commit = f", commit {row.git_commit}" if row.git_commit else ""
    return f"applied {row.applied_at:%Y-%m-%d %H:%M %Z} by {row.applied_by}{commit}"


def out_of_order(project: Project, applied: Mapping[str, AppliedMigration]) -> list[Migration]:
    """Pending files that are older than the newest applied one of their module."""
    newest: dict[str, str] = {}
    for version, row in applied.items():
        newest[row.module] = max(newest.get(row.module, ""), version)
    return [
        m
        for m in project.migrations
        if m.version not in applied and m.version < newest.get(m.schema, "")
    ]


def pending(
    project: Project,
    applied: Mapping[str, AppliedMigration],
    allowed: Collection[str] = (),
    to: str | None = None,
) -> list[Migration]:
    """The migrations to run, in order.

    Args:
        project: The files.
        applied: The ledger.
        allowed: Paths of files that may run although they are older than applied ones.
        to: The last version to run; None for all.

    Raises:
        EditedError: An applied file was edited or deleted.
        HistoryError: A file is out of order.
        UsageError: There is no version ``to``, or no file by an allowed name.
    """
    wrong = contradictions(project, applied)
    if wrong:
        raise EditedError(
            f"{len(wrong)} applied migration(s) are not in this checkout as they were applied",
            detail="\n".join(wrong.values()),
            hint="Check that this is the right database and the newest checkout; then restore the "
            "files as they were applied, and put the changes into new migrations.",
            before=max((version for version in applied if version < min(wrong)), default="0"),
            is_newest=wrong.keys() == {max(applied)}
            and max(applied) in {m.version for m in project.migrations},
        )
    paths = {m.up.path for m in project.migrations}
    for path in allowed:
        if path not in paths:
            raise UsageError(f"--allow-out-of-order: no migration {path}")
    late = [m.up.path for m in out_of_order(project, applied) if m.up.path not in allowed]
    if late:
        raise HistoryError(
            f"{len(late)} migration(s) are older than applied ones of their module",
            detail="\n".join(late),
            hint="Give them a new version (`dbtool new`), or, if they stand on nothing later, "
            "allow each: --allow-out-of-order FILE",
        )
    if to is not None and to not in {m.version for m in project.migrations}:
        raise UsageError(
            f"no migration has version {to}", hint="Choose one that `dbtool status` lists."
        )
    return [
        m
        for m in project.migrations
        if m.version not in applied and (to is None or m.version <= to)
    ]
