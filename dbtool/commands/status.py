"""``dbtool status``: what is applied, what is pending, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dbtool.db import connect, declared_objects, due_seeds, ledger, modules
from dbtool.project import files
from dbtool.project.settings import Settings
from dbtool.runner import history, session


@dataclass(frozen=True)
class StatusLine:
    """One migration.

    Attributes:
        name: schema/version_slug.
        state: applied, baselined, pending, edited, deleted, or out of order.
        applied_at: When; None unless applied.
        applied_by: The database role; None unless applied.
    """

    name: str
    state: str
    applied_at: datetime | None = None
    applied_by: str | None = None


@dataclass(frozen=True)
class Status:
    """A database compared with the files.

    Attributes:
        server: Postgres' version, such as ``18``.
        database: Its name.
        migrations: All of them, in order.
        declared_changed: Declared files to be applied.
        declared_removed: Declared objects to be dropped.
        seeds: Reference files to be merged.
        left_out: Modules that need an extension which the server does not have.
    """

    server: int
    database: str
    migrations: tuple[StatusLine, ...]
    declared_changed: tuple[str, ...]
    declared_removed: tuple[str, ...]
    seeds: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether migrate would find nothing to do."""
        done = all(line.state in ("applied", "baselined") for line in self.migrations)
        return done and not (self.declared_changed or self.declared_removed or self.seeds)

    @property
    def is_contradicted(self) -> bool:
        """Whether migrate would refuse to begin."""
        return any(line.state in ("edited", "deleted", "out of order") for line in self.migrations)


def status(settings: Settings) -> Status:
    """Read the ledger; changes nothing and takes no lock."""
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        connect.check_version(connection)
        known = ledger.exists(connection)
        project = modules.fit(connection, project)
        applied = ledger.applied_migrations(connection) if known else {}
        standing = ledger.applied_files(connection) if known else {}
        server = connect.describe(connection)
        reference = project.seeds("reference")
        seeded = {path: file for path, file in standing.items() if file.kind == "seed"}
        due = due_seeds.due(connection, reference, seeded) if known else list(reference)
    edited = {line.partition(":")[0] for line in history.contradictions(project, applied).values()}
    late = {m.version for m in history.out_of_order(project, applied)}
    lines = []
    for migration in project.migrations:
        row = applied.get(migration.version)
        if row is None:
            state = "out of order" if migration.version in late else "pending"
            lines.append(StatusLine(migration.name, state))
        else:
            state = "edited" if migration.up.path in edited else row.status
            lines.append(StatusLine(migration.name, state, row.applied_at, row.applied_by))
    versions = {m.version for m in project.migrations}
    lines += [
        StatusLine(
            f"{row.module}/{row.version}_{row.slug}", "deleted", row.applied_at, row.applied_by
        )
        for row in applied.values()
        if row.version not in versions
    ]
    declared = {path: file for path, file in standing.items() if file.kind != "seed"}
    present = {file.source.path for file in project.declared}
    return Status(
        server.major,
        server.database,
        tuple(sorted(lines, key=lambda line: line.name.partition("/")[2])),
        tuple(sorted(declared_objects.changed_files(project.declared, declared, ()))),
        tuple(sorted(set(declared) - present)),
        tuple(source.path for source in due),
        project.left_out,
    )
