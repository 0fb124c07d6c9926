"""``dbtool plan``: what would run, statement by statement, and whom it would make wait.

Found by really running it, on a scratch database that was brought to the target's state first. The
target is only read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pglast import ast

from dbtool.commands import history, migrate, scratch, target
from dbtool.commands.migrate import Options, Standing
from dbtool.commands.pending import Pending
from dbtool.commands.progress import Progress
from dbtool.commands.run import Run
from dbtool.db import concurrently, connect, execute, ledger, modules, record, sizes, transaction
from dbtool.db.catalog import Difference
from dbtool.db.connect import Connection
from dbtool.db.declared_objects import Change
from dbtool.db.observe import Effect, Observer, State
from dbtool.db.sizes import Size
from dbtool.errors import DatabaseError
from dbtool.project import files
from dbtool.project.files import DECLARED_FOLDERS, DeclaredFile, Migration, Project
from dbtool.project.settings import Settings
from dbtool.sql import locks
from dbtool.sql.locks import Need
from dbtool.sql.script import Statement
from dbtool.sql.unknowns import depends_on_data


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


@dataclass(frozen=True)
class _Seen:
    """A statement as it was rehearsed."""

    path: str
    transaction: int | None
    locks: Mapping[str, str]
    statement: Statement | None
    effects: tuple[Effect, ...]


@dataclass
class Rehearsal(Run):
    """A run on a scratch database, a statement at a time and watched."""

    seen: list[_Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.observer = Observer(self.connection)
        self._transaction = 0
        self._taken: Mapping[str, str] = {}
        self._open_file: tuple[str, Mapping[int, State]] | None = None

    def _retry(self, work: Callable[[], None], durable: bool = False) -> None:
        self._transaction += 1
        self._taken = {}

        def watched() -> None:
            work()
            self._end_file()

        super()._retry(watched, durable)

    def _run_at_once(self, todo: deque[Pending]) -> bool:
        """Do not: each statement is to be seen by itself."""
        return False

    def _take_locks(self, needs: Iterable[Need]) -> None:
        """Do not: what each statement takes by itself is to be seen."""
        self._taken = self._locks(needs)

    def _locks(self, needs: Iterable[Need]) -> dict[str, str]:
        """The tables as the observer names them."""
        resolved = transaction.resolve(self.connection, needs)
        return {
            table.removeprefix("only ").replace('"', ""): mode for table, mode in resolved.items()
        }

    def _execute(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        source = migration.up
        before = self.observer.read()
        for statement in statements:
            self.progress.detail(statement.summary)
            execute.run(self.connection, [statement], source.text, source.path)
            after = self.observer.read()
            asked = self._locks(locks.needed([statement]))
            effects = self.observer.between(before, after, asked)
            if isinstance(statement.node, ast.TruncateStmt):
                # What it reads is the empty table, to make the indexes anew.
                effects = tuple(replace(effect, scans=False) for effect in effects)
            self._note(source.path, self._transaction, statement, effects)
            before = after

    def _execute_alone(self, migration: Migration, statements: tuple[Statement, ...]) -> None:
        source = migration.up
        self._taken = {}

        def work(own: Connection) -> None:
            def shown(statement: Statement) -> None:
                self.progress.detail(statement.summary)

            concurrently.run(own, source, statements, shown, again=False)

        tables = concurrently.tables(self.connection, source, statements)
        effects = self.observer.alone(target.url(self.settings), tables, work)
        self._note(source.path, None, statements[0], effects)

    def _on_file(self, path: str) -> None:
        super()._on_file(path)
        self._end_file()
        self._open_file = (path, self.observer.read())

    def _end_file(self) -> None:
        if self._open_file is not None:
            path, before = self._open_file
            effects = self.observer.between(before, self.observer.read())
            self._note(path, self._transaction, None, effects)
        self._open_file = None

    def _note(
        self,
        path: str,
        transaction: int | None,
        statement: Statement | None,
        effects: tuple[Effect, ...],
    ) -> None:
        self.seen.append(_Seen(path, transaction, self._taken, statement, effects))


def plan(settings: Settings, options: Options, progress: Progress) -> Planned:
    """Rehearse what is pending.

    Raises:
        HistoryError: Files contradict the ledger.
        UsageError: No scratch server of the target's version can be had.
        DatabaseError: Postgres refused a statement of the rehearsal.
    """
    project = files.load(settings.root)
    with connect.connect(target.url(settings)) as connection:
        connect.check_platform(connection)
        known = ledger.exists(connection)
        project = modules.fit(connection, project)
        standing = migrate.standing_of(connection) if known else Standing({}, {}, {})
        pending = history.pending(
            project, standing.migrations, options.allow_out_of_order, options.to
        )
        drift = (record.drift(connection, project.schemas) if known else None) or ()
        changes = migrate.declared_changes(project, standing, drift)
        server = connect.describe(connection)
        beside = scratch.Target.asked(connection)
        stands = _as_it_stands(project, standing, connection if known else None)
        due = {s.path for s in migrate.due_seeds(connection, project, standing, known)}
        if not (pending or changes or due):
            return Planned(server.database, server.major, (), drift)
        rehearsal = _rehearse(settings, options, progress, project, stands, beside, changes)
        seen = [s for s in rehearsal.seen if not s.path.startswith("seeds/") or s.path in due]
        names = {effect.relation for s in seen for effect in s.effects}
        names |= {table for s in seen for table in s.locks}
        connection.execute(b"set lock_timeout = '2s'")
        big = sizes.sizes(connection, names)
    return Planned(server.database, server.major, tuple(_files(seen, big)), drift)


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
    beside: scratch.Target,
    changes: Iterable[Change],
) -> Rehearsal:
    with scratch.migrated(settings, beside, stands, progress) as url:
        there = replace(settings, database_url=url, direct_url="")
        with target.exclusive(there, 60, progress) as (connection, lock):
            rehearsal = Rehearsal(there, project, connection, lock, progress)
            rehearsal.also_declare = {c.path for c in changes if c.action == "applied"}
            try:
                rehearsal.run(options)
            except DatabaseError as error:
                said = "in the rehearsal on a scratch database; nothing was run on the target"
                error.detail = f"{error.detail}\n{said}".strip()
                raise
    return rehearsal


def _files(seen: Sequence[_Seen], big: Mapping[str, Size]) -> Iterator[PlannedFile]:
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


def _statement(seen: _Seen, big: Mapping[str, Size]) -> PlannedStatement:
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
