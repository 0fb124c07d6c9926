"""The expectations, executed: every relation and function, as every persona."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from psycopg import sql

from dbtool.access import catalog_names, probes, world
from dbtool.access.expectations import ALL, NONE, VERBS, Allowed, Expectations, Function, Relation
from dbtool.access.personas import Persona, personas
from dbtool.access.probes import Refusal, Rows
from dbtool.db.connect import Connection, identifier
from dbtool.errors import DbtoolError

_MANY = 5


@dataclass(frozen=True)
class Deviation:
    """Where the database does something else than expected.

    Attributes:
        persona: Who.
        object: ``schema.name``.
        verb: select, insert, update, delete, truncate, execute, or exists.
        what: The row, column or arguments.
        expected: In words.
        found: In words.
    """

    persona: str
    object: str
    verb: str
    what: str
    expected: str
    found: str


class Matrix:
    """A database with its world, and what is expected of it."""

    def __init__(self, connection: Connection, expectations: Expectations) -> None:
        """Make the world.

        Args:
            connection: An administrator's, in a transaction that will be rolled back.
            expectations: What to hold the database to.
        """
        self.connection = connection
        self.expectations = expectations
        self.personas = personas(world.permissions(connection))
        self.cells = 0
        self._key = cache(lambda table: probes.key_of(connection, table))
        self._change = cache(
            lambda table, columns: probes.harmless_change(connection, table, columns)
        )
        there = catalog_names.relations(connection, self.schemas)
        # Those that names() finds missing or different cannot be tried.
        self._relations = [
            relation
            for relation in expectations.relations.values()
            if set(relation.columns) <= there.get(relation.name, frozenset())
            and relation.of in there
        ]
        world.populate(connection, self._relations, self.personas)

    @cached_property
    def _by_role(self) -> dict[str, Persona]:
        """For each database role somebody who runs in it: privileges belong to roles."""
        found: dict[str, Persona] = {}
        for persona in self.personas:
            if not persona.is_refused:
                found.setdefault(persona.effective_role, persona)
        return found

    def run(self, on_object: Callable[[str], None] = lambda _: None) -> Iterator[Deviation]:
        """Try everything."""
        yield from self.names()
        for persona in self.personas:
            if persona.is_refused:
                yield from self._refused(persona)
        for relation in self._relations:
            on_object(relation.name)
            yield from self.relation(relation)
        for partition, parent in catalog_names.partitions(self.connection, self.schemas):
            on_object(partition)
            yield from self.partition(partition, parent)
        functions = catalog_names.functions(self.connection, self.schemas)
        for function in self.expectations.functions.values():
            on_object(function.name)
            if function.name in functions:
                yield from self.function(function)

    @property
    def schemas(self) -> list[str]:
        """Those that expectations speak of."""
        names = (*self.expectations.relations, *self.expectations.functions)
        return sorted({name.partition(".")[0] for name in names})

    def names(self) -> Iterator[Deviation]:
        """What is there and not named, or named and not there."""
        there = catalog_names.relations(self.connection, self.schemas)
        stated = {
            name: frozenset(relation.columns)
            for name, relation in self.expectations.relations.items()
        }
        yield from _unequal(there.keys(), stated.keys(), "relation")
        for name in sorted(there.keys() & stated.keys()):
            yield from _unequal(
                {f"{name}.{c}" for c in there[name]},
                {f"{name}.{c}" for c in stated[name]},
                "column",
            )
        functions = catalog_names.functions(self.connection, self.schemas)
        yield from _unequal(functions.keys(), self.expectations.functions.keys(), "function")
        for name, signatures in functions.items():
            if len(signatures) > 1:
                yield Deviation(
                    "-", name, "exists", "overloads", "one function", ", ".join(signatures)
                )
        for name, what in catalog_names.unstated(self.connection, self.schemas):
            yield Deviation("-", name, "exists", what, "nothing that is not stated", "there")
        known = {name for persona in self.personas for name in persona.callers}
        for caller in sorted(self.expectations.callers - known):
            yield Deviation("-", caller, "exists", "permission", "in rbac.permissions", "missing")

    def _refused(self, persona: Persona) -> Iterator[Deviation]:
        self.cells += 1
        found = probes.attempt(self.connection, persona, b"select 1")
        if not isinstance(found, Refusal) or found.name != "login.refused":
            yield Deviation(
                persona.name, "api.pre_request", "execute", "", "login.refused", _said(found)
            )

    # Relations

    def relation(self, relation: Relation) -> Iterator[Deviation]:
        """Every verb on one relation, as everybody."""
        yield from self.privileges(relation)
        yield from self.rows(relation)

    def rows(self, relation: Relation) -> Iterator[Deviation]:
        """Which rows each persona reaches, by trying to."""
        with world.blamed(relation):
            for persona in self.personas:
                if persona.is_refused:
                    continue
                for verb in VERBS:
                    allowed = relation.may(verb, persona.callers)
                    if not allowed.is_denied:
                        yield from self._cell(relation, verb, persona, allowed)

    def partition(self, name: str, parent: str) -> Iterator[Deviation]:
        """A partition is as closed as can be, whatever its parent lets through."""
        columns = tuple(
            sorted(catalog_names.relations(self.connection, [name.partition(".")[0]], True)[name])
        )
        closed = {verb: dict[str, Allowed]() for verb in VERBS}
        base = self.expectations.relations.get(parent)
        path, line = (base.path, base.line) if base else ("", 0)
        yield from self.privileges(
            Relation(name, "table", name, columns, "", {}, closed, path, line)
        )

    def privileges(self, relation: Relation) -> Iterator[Deviation]:
        """Which columns each database role may name, by trying to."""
        if not catalog_names.is_guarded(self.connection, relation.name):
            guard = "row level security" if relation.kind == "table" else "its caller's rights"
            yield Deviation("-", relation.name, "select", "guard", guard, "none")
        for role, persona in self._by_role.items():
            for verb in VERBS:
                self.cells += 1
                stated = {
                    other.name: frozenset(self._named(relation, verb, other))
                    for other in self.personas
                    if other.effective_role == role and not other.is_refused
                }
                expected = frozenset[str]().union(*stated.values())
                # Privileges belong to roles: what one caller may name, no other one is denied.
                for name in sorted(name for name in stated if stated[name] != expected):
                    yield Deviation(
                        name,
                        relation.name,
                        verb,
                        "access.yml",
                        f"rows (`none`?) and the columns of everyone in the role {role}",
                        "other columns, or none",
                    )
                # A view's own grants count too, although the table behind it has the last word.
                for found, how in (
                    (probes.nameable(self.connection, relation, verb, persona), "may"),
                    (self._granted(relation, verb, role), "has the grant"),
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
            self.cells += 1
            truncate = sql.SQL("truncate {}").format(identifier(relation.name))
            if relation.kind == "table":
                with probes.undone(self.connection):
                    answer = probes.attempt(self.connection, persona, truncate)
                if not (isinstance(answer, Refusal) and answer.sqlstate == probes.DENIED):
                    yield Deviation(
                        f"role {role}", relation.name, "truncate", "", "may not", _said(answer)
                    )

    def _granted(self, relation: Relation, verb: str, role: str) -> frozenset[str]:
        columns = catalog_names.granted_columns(self.connection, role, relation.name, verb)
        return frozenset(relation.columns[:1]) if verb == "delete" and columns else columns

    @staticmethod
    def _named(relation: Relation, verb: str, persona: Persona) -> Collection[str]:
        allowed = relation.may(verb, persona.callers)
        if verb == "delete" and not allowed.is_denied:
            return relation.columns[:1]
        return allowed.columns

    def _cell(
        self, relation: Relation, verb: str, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        if verb == "insert":
            yield from self._insert(relation, persona, allowed)
            return
        key = self._key(relation.of)
        if not set(key) <= set(relation.columns):
            raise DbtoolError(
                f"{relation.name} does not show the key of {relation.of}",
                path=relation.path,
                line=relation.line,
                hint=f"Its rows are told apart by {', '.join(key)}.",
            )
        expected = probes.expected_rows(self.connection, relation, key, allowed.rows, persona)
        yield from self._is_telling(relation, verb, persona, allowed, expected)
        seen = relation.may("select", persona.callers).columns
        if verb == "select":
            self.cells += 1
            found = probes.selected(self.connection, relation, key, persona)
            yield from _rows(persona, relation, verb, expected, found)
            return
        for statement in self._statements(relation, verb, allowed, seen):
            self.cells += 1
            touched = probes.changed(self.connection, relation, key, persona, statement)
            yield from _rows(persona, relation, verb, expected, touched)
        if verb == "update" and relation.owner and allowed.rows not in (ALL, NONE):
            yield from self._given_away(relation, persona)

    def _statements(
        self, relation: Relation, verb: str, allowed: Allowed, seen: Collection[str]
    ) -> list[sql.Composed]:
        """One that no select policy has a say in, without filter and RETURNING; one with both."""
        key = self._key(relation.of)[0]
        if verb == "delete":
            plain = probes.delete(relation)
            return [plain, plain + _filtered(key, key)] if key in seen else [plain]
        change = self._change(relation.of, allowed.columns)
        if change is None:
            raise DbtoolError(
                f"no column of {relation.name} can be given one value in every row",
                path=relation.path,
                line=relation.line,
                hint="Without such a column its updates cannot be tried.",
            )
        plain = probes.update(relation, *change)
        return [plain, plain + _filtered(key, change[0])] if change[0] in seen else [plain]

    def _is_telling(
        self, relation: Relation, verb: str, persona: Persona, allowed: Allowed, expected: Rows
    ) -> Iterator[Deviation]:
        """An expectation is proven only where there are rows on either side of it."""
        everything = probes.expected_rows(
            self.connection, relation, self._key(relation.of), ALL, persona
        )
        missing = ""
        if not everything:
            missing = "a row"
        elif allowed.rows not in (ALL, NONE) and not expected:
            missing = "a row they may"
        elif allowed.rows not in (ALL, NONE) and expected == everything:
            missing = "a row they may not"
        if missing:
            yield Deviation(
                persona.name, relation.name, verb, "proof", f"{missing} in the world", "none"
            )

    def _given_away(self, relation: Relation, persona: Persona) -> Iterator[Deviation]:
        """Nobody can make their row another's, even if the column were granted by mistake."""
        self.cells += 1
        with probes.undone(self.connection):
            self._open(relation, "update", persona)
            give = sql.SQL("update {} set {} = {}").format(
                identifier(relation.name),
                sql.Identifier(relation.owner),
                sql.Literal(persona.other),
            )
            key = self._key(relation.of)
            found = probes.changed(self.connection, relation, key, persona, give)
        if not (isinstance(found, Refusal) and found.is_policy):
            yield Deviation(
                persona.name,
                relation.name,
                "update",
                f"{relation.owner} of their row, were it granted",
                "refused by the policy",
                _said(found),
            )

    def _open(self, relation: Relation, verb: str, persona: Persona) -> None:
        """Grant a verb on all columns, to see what the policies alone would do."""
        self.connection.execute(
            sql.SQL("grant {} on {} to {}").format(
                sql.SQL(verb),
                identifier(relation.name),
                sql.Identifier(persona.effective_role),
            )
        )

    def _insert(
        self, relation: Relation, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        base = self.expectations.relations[relation.of]
        giver = persona if persona.user_id else replace(persona, user_id=persona.other)
        with probes.undone(self.connection):
            row = probes.resolved(self.connection, base.sample, giver)
            given = {c: v for c, v in row.items() if c in allowed.columns}
            self._make_room(base, giver)
            self.cells += 1
            with probes.undone(self.connection):
                found = probes.attempt(self.connection, persona, world.insert(relation.name, given))
                if allowed.rows == NONE:
                    if not (isinstance(found, Refusal) and found.is_policy):
                        yield _insertion(persona, relation, "a row", "refused", found)
                elif isinstance(found, Refusal):
                    yield _insertion(persona, relation, "a row", "inserted", found)
                else:
                    yield from self._landed(relation, persona, allowed)
            for values in allowed.refused:
                self.cells += 1
                bad = {**given, **probes.resolved(self.connection, values, giver)}
                found = probes.attempt(self.connection, persona, world.insert(relation.name, bad))
                if not (isinstance(found, Refusal) and found.is_policy):
                    yield _insertion(persona, relation, str(dict(values)), "refused", found)
            if base.owner and allowed.rows not in (ALL, NONE) and relation is base:
                self.cells += 1
                self._open(relation, "insert", persona)
                foreign = {**given, base.owner: sql.Literal(persona.other)}
                found = probes.attempt(
                    self.connection, persona, world.insert(relation.name, foreign)
                )
                if not (isinstance(found, Refusal) and found.is_policy):
                    what = f"{base.owner} of another, were it granted"
                    yield _insertion(persona, relation, what, "refused by the policy", found)

    def _make_room(self, base: Relation, giver: Persona) -> None:
        """Take the rows away that the sample would collide with."""
        self.connection.execute(b"set local session_replication_role = replica")
        mine = (
            sql.SQL("{} in ({}, {})").format(
                sql.Identifier(base.owner),
                sql.Literal(giver.user_id),
                sql.Literal(world.ids(giver)["new"]),
            )
            if base.owner
            else sql.SQL("true")
        )
        if base.owner or base.sample:
            self.connection.execute(
                sql.SQL("delete from {} where {}").format(identifier(base.name), mine)
                if base.owner
                else _like_sample(base, probes.resolved(self.connection, base.sample, giver))
            )
        self.connection.execute(b"set local session_replication_role = origin")

    def _landed(
        self, relation: Relation, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        """The row that was inserted is theirs."""
        key = self._key(relation.of)
        theirs = probes.expected_rows(self.connection, relation, key, allowed.rows, persona)
        if not theirs:
            yield Deviation(persona.name, relation.name, "insert", "a row", "theirs", "another's")

    # Functions

    def function(self, function: Function) -> Iterator[Deviation]:
        """Who may execute it, and what each call gives to whom."""
        with world.blamed(function):
            yield from self._execute(function)
            yield from self._calls(function)

    def _calls(self, function: Function) -> Iterator[Deviation]:
        for persona in self.personas:
            may = not persona.is_refused and bool(function.execute & set(persona.callers))
            for call in function.calls if may else ():
                gives = next((call.gives[c] for c in persona.callers if c in call.gives), None)
                self.cells += 1
                with probes.undone(self.connection):
                    arguments = probes.resolved(self.connection, call.arguments, persona)
                    query = sql.SQL("select * from {}({})").format(
                        identifier(function.name),
                        sql.SQL(", ").join(
                            sql.SQL("{} => {}").format(sql.Identifier(name), value)
                            for name, value in arguments.items()
                        ),
                    )
                    answer = probes.attempt(self.connection, persona, query)
                    if isinstance(gives, Mapping):
                        expected = self._array(gives["sql"], persona)
                        found = _column(answer)
                    else:
                        expected, found = gives or "to be stated", _answer(answer)
                if expected != found and not (
                    expected == "done" and not isinstance(answer, Refusal)
                ):
                    said = ", ".join(f"{k}: {v}" for k, v in call.arguments.items())
                    yield Deviation(persona.name, function.name, "execute", said, expected, found)

    def _array(self, expression: str, persona: Persona) -> str:
        """An array of texts that an expression gives, outside row level security."""
        value = world.value({"sql": expression}, persona)
        row = self.connection.execute(sql.SQL("select {}").format(value)).fetchone()
        return ", ".join(row[0] or []) if row else ""

    def _execute(self, function: Function) -> Iterator[Deviation]:
        for role in self._by_role:
            self.cells += 1
            expected = any(
                function.execute & set(persona.callers)
                for persona in self.personas
                if persona.effective_role == role and not persona.is_refused
            )
            found = catalog_names.may_execute(self.connection, role, function.name)
            if expected != found:
                words = {True: "may", False: "may not"}
                yield Deviation(
                    f"role {role}", function.name, "execute", "", words[expected], words[found]
                )


def _like_sample(base: Relation, row: dict[str, sql.Composable]) -> sql.Composed:
    """Delete what is like the sample in every column."""
    return sql.SQL("delete from {} as r where {}").format(
        identifier(base.name),
        sql.SQL(" and ").join(
            sql.SQL("r.{} = {}").format(sql.Identifier(name), value) for name, value in row.items()
        ),
    )


def _filtered(key: str, returned: str) -> sql.Composed:
    return sql.SQL(" where {} is not null returning {}::text").format(
        sql.Identifier(key), sql.Identifier(returned)
    )


def _unequal(there: Iterable[str], stated: Iterable[str], what: str) -> Iterator[Deviation]:
    have, want = set(there), set(stated)
    for name in sorted(have - want):
        yield Deviation("-", name, "exists", what, "named in access.yml", "not named")
    for name in sorted(want - have):
        yield Deviation("-", name, "exists", what, "there", "missing")


def _rows(
    persona: Persona, relation: Relation, verb: str, expected: Rows, found: Rows | Refusal
) -> Iterator[Deviation]:
    if isinstance(found, Refusal):
        yield Deviation(
            persona.name, relation.name, verb, "", f"{len(expected)} rows", _said(found)
        )
        return
    for rows, said in (
        (found - expected, ("none", "reached")),
        (expected - found, ("reached", "none")),
    ):
        for row in sorted(rows)[:_MANY]:
            yield Deviation(persona.name, relation.name, verb, " ".join(row), *said)
        if len(rows) > _MANY:
            more = f"{len(rows) - _MANY} more rows"
            yield Deviation(persona.name, relation.name, verb, more, *said)


def _insertion(
    persona: Persona, relation: Relation, what: str, expected: str, found: object
) -> Deviation:
    return Deviation(persona.name, relation.name, "insert", what, expected, _said(found))


def _column(found: list[tuple[object, ...]] | Refusal) -> str:
    """The first column of all rows that a call gave."""
    return str(found) if isinstance(found, Refusal) else ", ".join(str(row[0]) for row in found)


def _answer(found: list[tuple[object, ...]] | Refusal) -> str:
    """The first value that a call gave, as text, or the name of its error."""
    if isinstance(found, Refusal):
        return found.name if "." in found.name else str(found)
    value = found[0][0] if found else None
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _said(found: object) -> str:
    if isinstance(found, Refusal):
        return f"refused: {found}"
    if isinstance(found, Sequence | frozenset):
        return f"done, {len(found)} rows"
    return "done"
