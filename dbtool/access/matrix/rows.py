"""Which rows a persona reaches by a verb, held against those they are expected to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from psycopg import sql

from dbtool.access.expectations import ALL, NONE, VERBS, Allowed, Relation
from dbtool.access.matrix import fixtures, probes
from dbtool.access.matrix.context import Context
from dbtool.access.matrix.deviation import Deviation, said
from dbtool.access.matrix.probes import Refusal, Rows
from dbtool.access.personas import Persona
from dbtool.db.connect import identifier
from dbtool.errors import DbtoolError

_MANY = 5
# A check or a missing grant proves no policy.
_BY_POLICY = "refused by the policy"


class RowCells:
    """Tries them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # Of the relation that is being tried: its rows are the same before every try.
        self._expected: dict[tuple[str, object], Rows] = {}

    def tried(self, relation: Relation) -> Iterator[Deviation]:
        """Every verb on one relation, as everybody who has the privilege."""
        self._expected.clear()
        for persona in self._context.personas:
            for verb in () if persona.is_refused else VERBS:
                allowed = relation.may(verb, persona.callers)
                if not allowed.is_denied:
                    yield from self._verb(relation, verb, persona, allowed)

    def _verb(
        self, relation: Relation, verb: str, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        if verb == "insert":
            yield from self._insert(relation, persona, allowed)
            return
        key = self._context.key(relation.of)
        if not set(key) <= set(relation.columns):
            raise DbtoolError(
                f"{relation.name} does not show the key of {relation.of}",
                path=relation.path,
                line=relation.line,
                hint=f"Show {', '.join(key)}, by which its rows are told apart.",
            )
        expected = self._rows_of(relation, key, allowed.rows, persona)
        yield from self._is_telling(relation, verb, persona, allowed, expected)
        seen = relation.may("select", persona.callers).columns
        if verb == "select":
            self._context.asked += 1
            found = probes.selected(self._context.connection, relation, key, persona)
            yield from _rows(persona, relation, verb, expected, found)
            return
        for statement in self._statements(relation, verb, allowed, seen):
            self._context.asked += 1
            touched = probes.changed(self._context.connection, relation, key, persona, statement)
            yield from _rows(persona, relation, verb, expected, touched)
        if verb == "update" and relation.owner and allowed.rows not in (ALL, NONE):
            yield from self._given_away(relation, persona)

    def _rows_of(
        self, relation: Relation, key: tuple[str, ...], rows: str, persona: Persona
    ) -> Rows:
        known = (rows, None if rows == ALL else persona.user_id)
        if known not in self._expected:
            self._expected[known] = probes.expected_rows(
                self._context.connection, relation, key, rows, persona
            )
        return self._expected[known]

    def _statements(
        self, relation: Relation, verb: str, allowed: Allowed, seen: Collection[str]
    ) -> list[sql.Composed]:
        """One that no select policy has a say in, without filter and RETURNING; one with both."""
        key = self._context.key(relation.of)[0]
        if verb == "delete":
            plain = probes.delete(relation)
            return [plain, plain + _filtered(key, key)] if key in seen else [plain]
        change = self._context.change(relation.of, allowed.columns)
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
        everything = self._rows_of(relation, self._context.key(relation.of), ALL, persona)
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
        self._context.asked += 1
        with probes.undone(self._context.connection):
            self._open(relation, "update", persona)
            give = sql.SQL("update {} set {} = {}").format(
                identifier(relation.name),
                sql.Identifier(relation.owner),
                sql.Literal(persona.other),
            )
            key = self._context.key(relation.of)
            found = probes.changed(self._context.connection, relation, key, persona, give)
        if not (isinstance(found, Refusal) and found.is_policy):
            yield Deviation(
                persona.name,
                relation.name,
                "update",
                f"{relation.owner} of their row, were it granted",
                _BY_POLICY,
                said(found),
            )

    def _open(self, relation: Relation, verb: str, persona: Persona) -> None:
        """Grant a verb on all columns, to see what the policies alone would do."""
        self._context.connection.execute(
            sql.SQL("grant {} on {} to {}").format(
                sql.SQL(verb),
                identifier(relation.name),
                sql.Identifier(persona.effective_role),
            )
        )

    def _insert(
        self, relation: Relation, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        base = self._context.expectations.relations[relation.of]
        giver = persona if persona.user_id else replace(persona, user_id=persona.other)
        with probes.undone(self._context.connection):
            row = probes.resolved(self._context.connection, base.sample, giver)
            given = {c: v for c, v in row.items() if c in allowed.columns}
            self._make_room(base, giver)
            self._context.asked += 1
            statement = fixtures.insert(relation.name, given)
            is_shown = False
            with probes.undone(self._context.connection):
                found = probes.attempt(self._context.connection, persona, statement, stays=True)
                if allowed.rows == NONE:
                    if not (isinstance(found, Refusal) and found.is_policy):
                        yield _insertion(persona, relation, "a row", _BY_POLICY, found)
                elif isinstance(found, Refusal):
                    yield _insertion(persona, relation, "a row", "inserted", found)
                else:
                    yield from self._landed(relation, persona, allowed)
                    is_shown = self._may_see_new(relation, persona)
            if is_shown:
                # As clients send it who want the row back: the select policy is asked at once.
                self._context.asked += 1
                key = sql.Identifier(self._context.key(relation.of)[0])
                returning = statement + sql.SQL(" returning {}").format(key)
                found = probes.attempt(self._context.connection, persona, returning)
                if isinstance(found, Refusal):
                    yield _insertion(persona, relation, "a row, asked back", "inserted", found)
            for values in allowed.refused:
                self._context.asked += 1
                bad = {**given, **probes.resolved(self._context.connection, values, giver)}
                found = probes.attempt(
                    self._context.connection, persona, fixtures.insert(relation.name, bad)
                )
                if not (isinstance(found, Refusal) and found.is_policy):
                    yield _insertion(persona, relation, str(dict(values)), _BY_POLICY, found)
            if base.owner and allowed.rows not in (ALL, NONE) and relation is base:
                self._context.asked += 1
                self._open(relation, "insert", persona)
                foreign = {**given, base.owner: sql.Literal(persona.other)}
                found = probes.attempt(
                    self._context.connection, persona, fixtures.insert(relation.name, foreign)
                )
                if not (isinstance(found, Refusal) and found.is_policy):
                    what = f"{base.owner} of another, were it granted"
                    yield _insertion(persona, relation, what, _BY_POLICY, found)

    def _make_room(self, base: Relation, giver: Persona) -> None:
        """Take the rows away that the sample would collide with."""
        if not (base.owner or base.sample):
            return
        mine = (
            sql.SQL("{} in ({}, {})").format(
                sql.Identifier(base.owner),
                sql.Literal(giver.user_id),
                sql.Literal(fixtures.ids(giver)["new"]),
            )
            if base.owner
            else sql.SQL("true")
        )
        self._context.connection.execute(
            sql.SQL(
                "set local session_replication_role = replica; {}; "
                "set local session_replication_role = origin"
            ).format(
                sql.SQL("delete from {} where {}").format(identifier(base.name), mine)
                if base.owner
                else _like_sample(
                    base, probes.resolved(self._context.connection, base.sample, giver)
                )
            )
        )

    def _landed(
        self, relation: Relation, persona: Persona, allowed: Allowed
    ) -> Iterator[Deviation]:
        """The row that was inserted is theirs."""
        key = self._context.key(relation.of)
        theirs = probes.expected_rows(
            self._context.connection, relation, key, allowed.rows, persona
        )
        if not theirs:
            yield Deviation(persona.name, relation.name, "insert", "a row", "theirs", "another's")

    def _may_see_new(self, relation: Relation, persona: Persona) -> bool:
        """Whether they may see the row that they inserted, and its key."""
        seen = relation.may("select", persona.callers)
        key = self._context.key(relation.of)
        if seen.is_denied or key[0] not in seen.columns:
            return False
        before = self._rows_of(relation, key, seen.rows, persona)
        after = probes.expected_rows(self._context.connection, relation, key, seen.rows, persona)
        return bool(after - before)


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


def _rows(
    persona: Persona, relation: Relation, verb: str, expected: Rows, found: Rows | Refusal
) -> Iterator[Deviation]:
    if isinstance(found, Refusal):
        yield Deviation(persona.name, relation.name, verb, "", f"{len(expected)} rows", said(found))
        return
    for rows, words in (
        (found - expected, ("none", "reached")),
        (expected - found, ("reached", "none")),
    ):
        for row in sorted(rows)[:_MANY]:
            yield Deviation(persona.name, relation.name, verb, " ".join(row), *words)
        if len(rows) > _MANY:
            more = f"{len(rows) - _MANY} more rows"
            yield Deviation(persona.name, relation.name, verb, more, *words)


def _insertion(
    persona: Persona, relation: Relation, what: str, expected: str, found: object
) -> Deviation:
    return Deviation(persona.name, relation.name, "insert", what, expected, said(found))
