"""What statements do to relations that were there before, seen from the server's own books.

Locks are read from pg_locks, rewrites from relfilenodes, scans from ``pg_stat_get_xact_numscans``
(they show in neither of the others). Meant for a scratch database: reading costs some milliseconds
a statement.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from psycopg import sql

from dbtool.db import connect, ledger
from dbtool.db.connect import Connection, identifier
from dbtool.sql.locks import MODES

_STRONG = MODES.index("share update exclusive")
_KINDS = {"r": "table", "p": "table", "m": "materialized view", "v": "view", "i": "index"}
_KINDS["I"] = "index"


@dataclass(frozen=True)
class Effect:
    """What one statement does to one relation that was there before the run.

    Attributes:
        relation: ``schema.name``.
        kind: table, view, materialized view, or index.
        lock: The strongest lock it takes, as LOCK TABLE spells it; empty where none.
        held: An earlier statement of the same transaction took it already.
        rewrites: The relation's files are written anew.
        scans: It is read from end to end.
        drops: It is gone afterwards.
        partitions: How many partitions of it go the same way.
    """

    relation: str
    kind: str
    lock: str
    held: bool = False
    rewrites: bool = False
    scans: bool = False
    drops: bool = False
    partitions: int = 0

    @property
    def blocks(self) -> str:
        """Who waits while the lock is held: readers and writers, writers, other DDL, or nobody."""
        if self.lock == "access exclusive":
            return "reads and writes"
        if self.lock in ("share", "share row exclusive", "exclusive"):
            return "writes"
        return "other DDL" if self.lock == "share update exclusive" else ""


@dataclass(frozen=True)
class _Relation:
    name: str
    kind: str
    root: int


@dataclass(frozen=True)
class State:
    """One relation at one moment, as its transaction sees it.

    Attributes:
        exists: It is there.
        replaced: It is not, but another of its name is: an index that was built anew.
        filenode: The file that holds it; None for views and parents of partitions.
        scans: How often this transaction read it from end to end.
        modes: Locks of this transaction on it, as pg_locks names them.
    """

    exists: bool
    replaced: bool
    filenode: int | None
    scans: int
    modes: frozenset[str]


class Observer:
    """Watches the statements of one connection."""

    def __init__(self, connection: Connection) -> None:
        """Take note of every relation that is there now; later ones concern nobody yet."""
        self._connection = connection
        rows = connection.execute(
            """
            select c.oid, n.nspname || '.' || c.relname, c.relkind::text,
                coalesce(pg_partition_root(c.oid)::oid, c.oid)
            from pg_catalog.pg_class as c
            inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
            where c.relkind = any (%s::text[]) and n.nspname !~ '^pg_'
                and n.nspname <> 'information_schema'
                and n.nspname || '.' || c.relname <> all (%s::text[])
                and c.oid not in (
                    select indexrelid from pg_catalog.pg_index
                    where indrelid = any (array(select to_regclass(t) from unnest(%s::text[]) as t))
                )
            """,
            [list(_KINDS), list(ledger.TABLES), list(ledger.TABLES)],
        )
        self._relations = {
            oid: _Relation(name, _KINDS[kind], root) for oid, name, kind, root in rows
        }
        self._names = {r.name: oid for oid, r in self._relations.items()}

    def read(self) -> Mapping[int, State]:
        """The state of each relation in the open transaction."""
        rows = self._connection.execute(
            """
            select o.oid, c.oid is not null,
                case when c.oid is null then to_regclass(o.name) is not null else false end,
                pg_relation_filenode(c.oid),
                coalesce(pg_stat_get_xact_numscans(c.oid), 0), coalesce(l.modes, '{}')
            from unnest(%s::oid[], %s::text[]) as o (oid, name)
            left join pg_catalog.pg_class as c on c.oid = o.oid
            left join (
                select relation, array_agg(mode) as modes
                from pg_catalog.pg_locks
                where pid = pg_backend_pid() and locktype = 'relation'
                group by relation
            ) as l on l.relation = o.oid
            """,
            [list(self._relations), [connect.literally(r.name) for r in self._relations.values()]],
        )
        return {
            oid: State(exists, replaced, filenode, scans, frozenset(modes))
            for oid, exists, replaced, filenode, scans, modes in rows
        }

    def between(
        self,
        before: Mapping[int, State],
        after: Mapping[int, State],
        asked: Mapping[str, str] | None = None,
    ) -> tuple[Effect, ...]:
        """What happened between two states.

        Args:
            before: The earlier one.
            after: The later one, in the same transaction.
            asked: Locks that the statement's text asks for. Postgres does not show a lock that is
                taken twice; these are told as held.
        """
        wanted = {self._names[t]: mode for t, mode in (asked or {}).items() if t in self._names}
        effects = {}
        for oid, relation in self._relations.items():
            was, now = before[oid], after[oid]
            if not was.exists:
                continue
            taken, before_it = strongest(now.modes - was.modes), strongest(was.modes)
            is_asked = oid in wanted or bool(taken)
            held = is_asked and _rank(before_it) >= _rank(taken) and bool(before_it)
            effect = Effect(
                relation.name,
                relation.kind,
                before_it if held else taken,
                held,
                rewrites=now.replaced or (now.exists and was.filenode != now.filenode),
                scans=now.scans > was.scans,
                drops=not (now.exists or now.replaced),
            )
            weak = relation.kind == "index" and MODES.index(effect.lock or MODES[0]) < _STRONG
            if effect.rewrites or effect.drops or (not weak and (effect.lock or effect.scans)):
                effects[oid] = effect
        return self._folded(effects)

    def _folded(self, effects: dict[int, Effect]) -> tuple[Effect, ...]:
        """Partitions counted into their root, where that is locked as strongly."""
        folded = dict(effects)
        for oid, effect in effects.items():
            root = self._relations[oid].root
            above = folded.get(root)
            if root == oid or above is None or above.lock != effect.lock or effect.drops:
                continue
            folded[root] = replace(
                above,
                rewrites=above.rewrites or effect.rewrites,
                scans=above.scans or effect.scans,
                partitions=above.partitions + (effect.kind == "table"),
            )
            del folded[oid]
        return tuple(sorted(folded.values(), key=lambda e: (e.kind == "index", e.relation)))

    def alone(
        self, url: str, tables: Sequence[str], work: Callable[[Connection], None]
    ) -> tuple[Effect, ...]:
        """Watch a statement that cannot run in a transaction, from outside and behind blockers.

        Each blocker holds a lock on one of the tables; the statement must stop at it, and while it
        waits its locks show. Then that blocker lets go, until nothing is in the way.

        Args:
            url: The scratch database, for sessions besides the statement's own.
            tables: ``schema.name`` of the tables and partitions it works on.
            work: Runs the statement on the connection it is given.
        """
        known = [self._names[t] for t in tables if t in self._names]
        with ExitStack() as stack:
            own = stack.enter_context(connect.connect(url))
            blockers = {}
            for oid in known:
                name = identifier(self._relations[oid].name)
                if self._relations[oid].kind != "table":
                    continue  # only tables can be locked by name
                for mode in ("share update exclusive", "access share"):
                    blocker = stack.enter_context(connect.connect(url))
                    pid = connect.backend_pid(blocker)
                    blocker.execute(
                        sql.SQL("begin; lock table only {} in {} mode").format(name, sql.SQL(mode))
                    )
                    blockers[pid] = blocker
            own_pid = connect.backend_pid(own)
            scans = _scans(own, known)
            files = self.read()
            modes: dict[int, set[str]] = {}
            pool = stack.enter_context(ThreadPoolExecutor(1))
            running = pool.submit(work, own)
            try:
                while not running.done():
                    self._look(own_pid, blockers, modes)
            finally:
                for blocker in blockers.values():
                    blocker.execute(b"rollback")
            running.result()
            read = {oid for oid, count in _scans(own, known).items() if count > scans[oid]}
            after = self.read()
        effects = {}
        for oid, relation in self._relations.items():
            was, now = files[oid], after[oid]
            effect = Effect(
                relation.name,
                relation.kind,
                strongest(modes.get(oid, ())),
                rewrites=now.replaced or (now.exists and was.filenode != now.filenode),
                scans=oid in read,
                drops=was.exists and not (now.exists or now.replaced),
            )
            if was.exists and (effect.lock or effect.rewrites or effect.scans or effect.drops):
                effects[oid] = effect
        return self._folded(effects)

    def _look(
        self, pid: int, blockers: Mapping[int, Connection], modes: dict[int, set[str]]
    ) -> None:
        """Note the locks of a session that waits, then let it go on."""
        row = self._connection.execute("select pg_blocking_pids(%s)", [pid]).fetchone()
        blocking = {*row[0]} & blockers.keys() if row else set()
        if not blocking:
            time.sleep(0.005)
            return
        for oid, mode in self._connection.execute(
            """
            select relation, mode from pg_catalog.pg_locks
            where pid = %s and locktype = 'relation'
            """,
            [pid],
        ):
            modes.setdefault(oid, set()).add(mode)
        for holder in blocking:
            blockers[holder].execute(b"rollback")


def _scans(connection: Connection, tables: Sequence[int]) -> dict[int, int]:
    connection.execute(b"select pg_stat_force_next_flush()")
    connection.execute(b"select pg_stat_clear_snapshot()")
    rows = connection.execute(
        "select oid, coalesce(pg_stat_get_numscans(oid), 0) from unnest(%s::oid[]) as t (oid)",
        [list(tables)],
    )
    return dict(rows.fetchall())


def _rank(mode: str) -> int:
    return MODES.index(mode) if mode else -1


def strongest(modes: Iterable[str]) -> str:
    """The strongest of lock modes as pg_locks names them, as LOCK TABLE spells it; '' of none."""
    spelled = (re.sub(r"(?<!^)(?=[A-Z])", " ", m.removesuffix("Lock")).lower() for m in modes)
    return max((m for m in spelled if m in MODES), key=MODES.index, default="")
