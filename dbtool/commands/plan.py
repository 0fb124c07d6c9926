"""``dbtool plan``: what would run, statement by statement, and whom it would make wait.

Found by really running it, on a scratch database that was brought to the target's state first. The
target is only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dbtool.db import connect, ledger, modules, sizes
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.observe import Effect
from dbtool.db.sizes import Size
from dbtool.errors import DatabaseError
from dbtool.project import files
from dbtool.project.files import DECLARED_FOLDERS, DeclaredFile, Project
from dbtool.project.settings import Settings
from dbtool.runner import due, scratch, session
from dbtool.runner.due import Due, Standing
from dbtool.runner.progress import Progress
from dbtool.runner.result import Options
from dbtool.runner.run import Run
from dbtool.runner.watched import Seen, Watched
from dbtool.sql.data_dependent import depends_on_data


@dataclass(frozen=True)
class Touched:
    """An effect on a relation, and how big that relation is on the target."""

    effect: Effect
    size: Size | None
    blocks: str


@dataclass(frozen=True)
class PlannedStatement:
    """One statement of a file; of a declared file or a seed, all of them as one.

    Attributes:
        line: Where it starts in the file; None for whole files.
        text: The statement on one line.
        touched: What it does to relations that are there already.
        unknown: What cannot be known without the target's data; empty where nothing.
    """

    line: int | None
    text: str
    touched: tuple[Touched, ...]
    unknown: str


@dataclass(frozen=True)
class PlannedFile:
    """A file and its statements, in the order in which they would run.

    Attributes:
        path: The file.
        transaction: Number of the transaction it runs in, counted from 1; None outside of any.
        locks: The locks dbtool takes before its first statement, by table.
    """

    path: str
    transaction: int | None
    locks: Mapping[str, str]
    statements: tuple[PlannedStatement, ...]


@dataclass(frozen=True)
class Planned:
    """What ``migrate`` would do now.

    Attributes:
        database: The target's name.
        server: Its Postgres version; the scratch server's too.
        files: In the order in which they would run.
        drift: How the target is not what the last run left; the rehearsal knows nothing of that.
    """

    database: str
    server: int
    files: tuple[PlannedFile, ...]
    drift: tuple[Difference, ...] = ()


def plan(settings: Settings, options: Options, progress: Progress) -> Planned:
    """Rehearse what is pending.

    Raises:
        HistoryError: Files contradict the ledger.
        UsageError: No scratch server of the target's version can be had.
        DatabaseError: Postgres refused a statement of the rehearsal.
    """
    project = files.load(settings.root)
    with connect.connect(session.url(settings)) as connection:
        connect.check_platform(connection)
        project = modules.fit(connection, project)
        decided = due.decide(connection, project, options)
        server = connect.describe(connection)
        if decided.is_nothing and not decided.declared:
            return Planned(server.database, server.major, (), decided.drift)
        known = connection if ledger.exists(connection) else None
        stands = _as_it_stands(project, decided.standing, known)
        beside = scratch.ServerToMatch.asked(connection)
        seen = _rehearse(settings, options, progress, project, stands, beside, decided)
        seeds = {source.path for source in decided.seeds}
        seen = [s for s in seen if not s.path.startswith("seeds/") or s.path in seeds]
        names = {effect.relation for s in seen for effect in s.effects}
        names |= {table for s in seen for table in s.locks}
        connection.execute(b"set lock_timeout = '2s'")
        big = sizes.sizes(connection, names)
    return Planned(server.database, server.major, tuple(_files(seen, big)), decided.drift)


def _as_it_stands(project: Project, standing: Standing, connection: Connection | None) -> Project:
    """The project as the target has it: applied migrations, and declared text as it was applied."""
    migrations = tuple(m for m in project.migrations if m.version in standing.migrations)
    sources = ledger.applied_sources(connection) if connection else []
    declared = []
    for kind, source in sources:
        if kind != "seed":
            folder, schema, name = source.path.removesuffix(".sql").split("/")
            declared.append(DeclaredFile(DECLARED_FOLDERS[folder], schema, name, source))
    reference = tuple(source for kind, source in sources if kind == "seed")
    return Project(project.root, migrations, tuple(declared), reference)


def _rehearse(
    settings: Settings,
    options: Options,
    progress: Progress,
    project: Project,
    stands: Project,
    beside: scratch.ServerToMatch,
    decided: Due,
) -> list[Seen]:
    """Run on a scratch database what is due on the target, and watch it."""
    with scratch.migrated(settings, beside, stands, progress) as url:
        there = replace(settings, database_url=url, direct_url="")
        with session.exclusive(there, 60, progress) as (connection, lock):
            watched = Watched(there, connection, lock, progress)
            # The scratch database does not have the target's drift.
            here = replace(due.decide(connection, project, options), declared=decided.declared)
            try:
                Run(there, project, watched, here, progress).run()
            except DatabaseError as error:
                said = "in the rehearsal on a scratch database; nothing was run on the target"
                error.detail = f"{error.detail}\n{said}".strip()
                raise
    return watched.seen


def _files(seen: Sequence[Seen], big: Mapping[str, Size]) -> Iterator[PlannedFile]:
    order = dict.fromkeys((s.path, s.transaction) for s in seen)
    taken: Mapping[str, str] = {}
    for path, number in order:
        mine = [s for s in seen if (s.path, s.transaction) == (path, number)]
        yield PlannedFile(
            path,
            number,
            # Declared files take their locks together, before the first of them.
            {t: m for t, m in mine[0].locks.items() if t in big and mine[0].locks is not taken},
            tuple(_statement(s, big) for s in mine),
        )
        taken = mine[0].locks


def _statement(seen: Seen, big: Mapping[str, Size]) -> PlannedStatement:
    touched = tuple(Touched(e, big.get(e.relation), e.blocks) for e in seen.effects)
    if seen.statement is None:
        is_seed = seen.path.startswith("seeds/")
        unknown = "which rows it writes depends on the data" if is_seed else ""
        return PlannedStatement(None, "", touched, unknown)
    scans = any(effect.scans for effect in seen.effects)
    return PlannedStatement(
        seen.statement.line,
        seen.statement.summary,
        touched,
        depends_on_data(seen.statement.node, scans),
    )
