"""The expectations, executed: every relation and function, as every persona."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from psycopg import sql

from dbtool.access.causes import located
from dbtool.access.expectations import VERBS, Allowed, Expectations, Function, Relation
from dbtool.access.matrix import catalog, fixtures, probes
from dbtool.access.matrix.context import Context
from dbtool.access.matrix.deviation import Deviation, said
from dbtool.access.matrix.functions import FunctionCells
from dbtool.access.matrix.probes import Refusal
from dbtool.access.matrix.rows import RowCells
from dbtool.access.personas import Persona, personas
from dbtool.db.connect import Connection, identifier

# The function that refuses logins.
_DOOR = "api.pre_request"


class Matrix:
    """A database with its world, and what is expected of it."""

    def __init__(
        self, connection: Connection, expectations: Expectations, is_populated: bool = False
    ) -> None:
        """Make the people and rows that are tried.

        Args:
            connection: An administrator's, in a transaction that will be rolled back.
            expectations: What to hold the database to.
            is_populated: The database has them already.
        """
        everybody = personas(fixtures.permissions(connection, is_populated))
        self._context = Context(connection, expectations, everybody)
        self._rows, self._functions = RowCells(self._context), FunctionCells(self._context)
        there = catalog.relations(connection, self.schemas)
        # Those that names() finds missing or different cannot be tried.
        self._relations = [
            relation
            for relation in expectations.relations.values()
            if set(relation.columns) <= there.get(relation.name, frozenset())
            and relation.of in there
        ]
        if is_populated:
            return
        age = {name: n for n, name in enumerate(catalog.by_age(connection))}
        oldest_first = sorted(self._relations, key=lambda relation: age[relation.name])
        fixtures.populate(connection, oldest_first, self._context.personas)

    def run(
        self,
        on_object: Callable[[str], None] = lambda _: None,
        only: Collection[str] | None = None,
    ) -> Iterator[Deviation]:
        """Try everything, or some objects alone; each deviation knows what it contradicts.

        Args:
            on_object: Told the name of each object before it is tried.
            only: Names of tables, views, functions and partitions; None for all.
        """
        for missing in self.names():
            if only is None or {missing.object, missing.object.rpartition(".")[0]} & set(only):
                yield self._located(missing)
        for name in self.objects:
            if only is None or name in only:
                on_object(name)
                yield from self.tried(name)

    def tried(self, name: str) -> Iterator[Deviation]:
        """Try one object; each deviation knows what it contradicts."""
        yield from map(self._located, self.object(name))

    def _located(self, deviation: Deviation) -> Deviation:
        return located(deviation, self.expectations, self.personas, self.partitions)

    @cached_property
    def objects(self) -> list[str]:
        """What can be tried: relations, partitions and functions that are stated and there."""
        functions = catalog.functions(self._context.connection, self.schemas)
        return [
            *(relation.name for relation in self._relations),
            *self.partitions,
            *(name for name in self._context.expectations.functions if name in functions),
        ]

    def object(self, name: str) -> Iterator[Deviation]:
        """Try all that is expected of one object."""
        expectations = self._context.expectations
        if name in self.partitions:
            yield from self.partition(name, self.partitions[name])
        elif name in expectations.relations:
            yield from self.relation(expectations.relations[name])
        else:
            yield from self.function(expectations.functions[name])
        if name == _DOOR:
            for persona in self._context.personas:
                if persona.is_refused:
                    yield from self._refused(persona)

    @cached_property
    def partitions(self) -> dict[str, str]:
        """Each partition's topmost parent."""
        return dict(catalog.partitions(self._context.connection, self.schemas))

    @property
    def connection(self) -> Connection:
        """The administrator's."""
        return self._context.connection

    @property
    def expectations(self) -> Expectations:
        """What the database is held to."""
        return self._context.expectations

    @property
    def personas(self) -> tuple[Persona, ...]:
        """Everybody."""
        return self._context.personas

    @property
    def asked(self) -> int:
        """How many questions were asked so far."""
        return self._context.asked

    @property
    def schemas(self) -> list[str]:
        """Those that expectations speak of."""
        names = (*self._context.expectations.relations, *self._context.expectations.functions)
        return sorted({name.partition(".")[0] for name in names})

    def names(self) -> Iterator[Deviation]:
        """What is there and not named, or named and not there."""
        there = catalog.relations(self._context.connection, self.schemas)
        stated = {
            name: frozenset(relation.columns)
            for name, relation in self._context.expectations.relations.items()
        }
        yield from _unequal(there.keys(), stated.keys(), "relation")
        for name in sorted(there.keys() & stated.keys()):
            yield from _unequal(
                {f"{name}.{c}" for c in there[name]},
                {f"{name}.{c}" for c in stated[name]},
                "column",
            )
        functions = catalog.functions(self._context.connection, self.schemas)
        yield from _unequal(
            functions.keys(), self._context.expectations.functions.keys(), "function"
        )
        for name, signatures in functions.items():
            if len(signatures) > 1:
                yield Deviation(
                    "-", name, "exists", "overloads", "one function", ", ".join(signatures)
                )
        for name, what in catalog.unstated(self._context.connection, self.schemas):
            yield Deviation("-", name, "exists", what, "nothing that is not stated", "there")
        known = {name for persona in self._context.personas for name in persona.callers}
        for caller in sorted(self._context.expectations.callers - known):
            yield Deviation("-", caller, "exists", "permission", "in rbac.permissions", "missing")

    def _refused(self, persona: Persona) -> Iterator[Deviation]:
        self._context.asked += 1
        found = probes.attempt(self._context.connection, persona, sql.SQL("select 1"))
        if not isinstance(found, Refusal) or found.name != "login.refused":
            yield Deviation(persona.name, _DOOR, "execute", "", "login.refused", said(found))

    # Relations

    def relation(self, relation: Relation) -> Iterator[Deviation]:
        """Every verb on one relation, as everybody."""
        yield from self.privileges(relation)
        yield from self.rows(relation)

    def rows(self, relation: Relation) -> Iterator[Deviation]:
        """Which rows each persona reaches, by trying to."""
        with fixtures.blamed(relation):
            yield from self._rows.tried(relation)

    def partition(self, name: str, parent: str) -> Iterator[Deviation]:
        """A partition is as closed as can be, whatever its parent lets through."""
        columns = tuple(
            sorted(
                catalog.relations(self._context.connection, [name.partition(".")[0]], True)[name]
            )
        )
        closed = {verb: dict[str, Allowed]() for verb in VERBS}
        base = self._context.expectations.relations.get(parent)
        path, line = (base.path, base.line) if base else ("", 0)
        yield from self.privileges(
            Relation(name, "table", name, columns, "", {}, closed, path, line)
        )

    def privileges(self, relation: Relation) -> Iterator[Deviation]:
        """Which columns each database role may name, by trying to."""
        if not catalog.is_guarded(self._context.connection, relation.name):
            guard = "row level security" if relation.kind == "table" else "its caller's rights"
            yield Deviation("-", relation.name, "select", "guard", guard, "none")
        for role, persona in self._context.by_role.items():
            nameable = probes.nameable(self._context.connection, relation, persona)
            granted = catalog.granted_columns(
                self._context.connection, role, relation.name, relation.columns[0]
            )
            for verb in VERBS:
                self._context.asked += 1
                stated = {
                    other.name: frozenset(self._named(relation, verb, other))
                    for other in self._context.personas
                    if other.effective_role == role and not other.is_refused
                }
                expected = frozenset[str]().union(*stated.values())
                # Privileges belong to roles: all callers of one role may name the same.
                for name in sorted(name for name in stated if stated[name] != expected):
                    yield Deviation(
                        name,
                        relation.name,
                        verb,
                        "expectations.yml",
                        f"rows (`none`?) and the columns of everyone in the role {role}",
                        "other columns, or none",
                    )
                # A view's own grants count too, although the table behind it has the last word.
                for found, how in (
                    (nameable[verb], "may"),
                    (granted[verb], "has the grant"),
                ):
                    for column in sorted(expected ^ found):
                        yield Deviation(
                            f"role {role}",
                            relation.name,
                            verb,
                            "any row" if verb == "delete" else f"column {column}",
                            "may" if column in expected else "may not",
                            how if column in found else "may not",
                        )
            self._context.asked += 1
            truncate = sql.SQL("truncate {}").format(identifier(relation.name))
            if relation.kind == "table":
                answer = probes.attempt(self._context.connection, persona, truncate)
                if not (isinstance(answer, Refusal) and answer.sqlstate == probes.DENIED):
                    yield Deviation(
                        f"role {role}", relation.name, "truncate", "", "may not", said(answer)
                    )

    @staticmethod
    def _named(relation: Relation, verb: str, persona: Persona) -> Collection[str]:
        allowed = relation.may(verb, persona.callers)
        if verb == "delete" and not allowed.is_denied:
            return relation.columns[:1]
        return allowed.columns

    # Functions

    def function(self, function: Function) -> Iterator[Deviation]:
        """Who may execute it, and what each call gives to whom."""
        return self._functions.tried(function)


def _unequal(there: Iterable[str], stated: Iterable[str], what: str) -> Iterator[Deviation]:
    have, want = set(there), set(stated)
    for name in sorted(have - want):
        yield Deviation("-", name, "exists", what, "named in expectations.yml", "not named")
    for name in sorted(want - have):
        yield Deviation("-", name, "exists", what, "there", "missing")
