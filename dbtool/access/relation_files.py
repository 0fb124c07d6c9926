"""Tables and views of expectations, and what a view takes from the table that it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from dbtool.access.expectation_names import Scope
from dbtool.access.expectation_yaml import Map, Source
from dbtool.access.expectations import ALL, DENIED, NONE, VERBS, Allowed, Relation

# Verbs that `write` speaks of.
_WRITING = VERBS[1:]
_NAMES_COLUMNS = ("select", "insert", "update")


@dataclass(frozen=True)
class Stated:
    """A table or view as its file says it."""

    name: str
    kind: str
    said: Map
    line: int
    source: Source
    scope: Scope


@dataclass(frozen=True)
class _Read:
    """A table or view, and what its views take from it.

    Attributes:
        relation: What is expected of it.
        sets: Its named sets of columns.
        named: By verb, the columns that callers may name who say no others; without one all.
        scope: The names that may be used in it.
    """

    relation: Relation
    sets: Mapping[str, tuple[str, ...]]
    named: Mapping[str, tuple[str, ...]]
    scope: Scope


@dataclass
class Relations:
    """Reads tables and views, each when it is asked for."""

    stated: Mapping[str, Stated]
    _read: dict[str, _Read] = field(default_factory=dict)

    def read(self) -> Iterator[Relation]:
        """All of them, in the order of the files."""
        for name, stated in self.stated.items():
            yield self._one(name, stated, ()).relation

    def _one(self, name: str, user: Stated, on_the_way: tuple[str, ...]) -> _Read:
        """One of them; ``user`` is the one that asks for it."""
        if name not in self.stated:
            raise user.source.wrong(f"no such table: {name}", user.said.lines["of"])
        if name in on_the_way:
            way = ", ".join((*on_the_way, name))
            raise user.source.wrong(f"it is of itself: {way}", user.said.lines["of"])
        if name not in self._read:
            stated = self.stated[name]
            base = None
            if "of" in stated.said:
                of = stated.said["of"]
                if not isinstance(of, str):
                    line = stated.said.lines["of"]
                    raise stated.source.wrong(f"a table is named schema.table, not {of!r}", line)
                base = self._one(of, stated, (*on_the_way, name))
            self._read[name] = _Reader(stated, base).read()
        return self._read[name]


@dataclass(frozen=True)
class _Reader:
    """Reads one table or view.

    Attributes:
        stated: What its file says.
        base: The table or view that it is of.
    """

    stated: Stated
    base: _Read | None

    @property
    def source(self) -> Source:
        return self.stated.source

    @property
    def said(self) -> Map:
        return self.stated.said

    def read(self) -> _Read:
        said, line = self.said, self.stated.line
        of_a_table = {"of", "same", "hides"} if self.stated.kind == "view" else {"owner", "sample"}
        self.source.known(said, {"columns", "write", *of_a_table, *VERBS}, line)
        scope = self.stated.scope
        if self.base:
            scope = scope.joined(self.base.scope, self.source, line)
        columns, sets = self._columns()
        if not columns:
            raise self.source.wrong(f"{self.stated.name} has no columns", line)
        owner = said.get("owner") or ""
        if owner and owner not in columns:
            raise self.source.wrong(f"no such column: {owner}", said.lines["owner"])
        sample = self.source.mapping(said, "sample", line)
        for column in sample:
            if column not in columns:
                raise self.source.wrong(f"no such column: {column}", sample.lines[column])
        columns_of = _Columns(columns, sets, self.source)
        stated = {verb: self._named(verb, columns_of) for verb in _NAMES_COLUMNS}
        named = {verb: chosen for verb, chosen in stated.items() if chosen is not None}
        relation = Relation(
            self.stated.name,
            self.stated.kind,
            self.base.relation.of if self.base else self.stated.name,
            columns,
            owner,
            scope.values(sample, self.source, line),
            {verb: self._callers(verb, columns_of, named, scope) for verb in VERBS},
            self.source.path,
            line,
        )
        return _Read(relation, sets, named, scope)

    # Columns

    def _columns(self) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
        """All columns, and the named sets of them."""
        line = self.said.lines.get("columns", self.stated.line)
        if isinstance(self.said.get("columns"), Map):
            return self._sets(self.said["columns"])
        names = self.source.names(self.said, "columns", line)
        if "hides" in self.said and (self.base is None or names):
            raise self.source.wrong(
                "a view of a table hides some of its columns, or lists its own",
                self.said.lines["hides"],
            )
        if self.base is None:
            return self._once(names, line), {}
        taken = _Columns(self.base.relation.columns, self.base.sets, self.source)
        if names:
            shown = self._once(tuple(taken.with_sets(names)), line)
        else:
            hidden = taken.named(self.said, "hides") if "hides" in self.said else ()
            shown = tuple(c for c in taken.all if c not in hidden)
        sets = {name: _among(columns, shown) for name, columns in self.base.sets.items()}
        return shown, sets

    def _sets(self, stated: Map) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
        sets = {name: self.source.names(stated, name, stated.lines[name]) for name in stated}
        columns: tuple[str, ...] = ()
        for name, named in sets.items():
            columns = self._once((*columns, *named), stated.lines[name])
        for name in sets:
            if name in columns or name == ALL:
                raise self.source.wrong(
                    f"{name} cannot name a set: it is a column, or all of them", stated.lines[name]
                )
        return columns, sets

    def _once(self, columns: tuple[str, ...], line: int) -> tuple[str, ...]:
        for number, column in enumerate(columns):
            if column in columns[:number]:
                raise self.source.wrong(f"the column {column} stands twice", line)
        return columns

    def _named(self, verb: str, columns: _Columns) -> tuple[str, ...] | None:
        """The columns that callers of a verb may name who say no others; None for all."""
        said = self.source.mapping(self.said, verb, self.stated.line)
        if "columns" in said:
            return columns.named(said, "columns")
        if self.base is None or verb not in self.base.named:
            return None
        return _among(self.base.named[verb], columns.all)

    # Callers

    def _callers(
        self, verb: str, columns: _Columns, named: Mapping[str, tuple[str, ...]], scope: Scope
    ) -> dict[str, Allowed]:
        found = self._taken(verb, columns.all)
        own = self.source.mapping(self.said, verb, self.stated.line)
        write = self.source.mapping(self.said, "write", self.stated.line)
        write = write if verb in _WRITING else Map()
        if verb == "delete" and "columns" in own:
            raise self.source.wrong("a row is deleted without columns", own.lines["columns"])
        usual = named.get(verb, columns.all)
        for block in (write, own):
            if block is write and "columns" in write and verb != "delete":
                usual_here = columns.named(write, "columns")
            else:
                usual_here = usual
            for caller, what in block.items():
                if caller == "columns":
                    continue
                line = block.lines[caller]
                if block is own and caller in write:
                    raise self.source.wrong(f"{caller} stands in write and in {verb}", line)
                found[caller] = self._allowed(verb, what, line, usual_here, columns, scope)
        return found

    def _taken(self, verb: str, shown: tuple[str, ...]) -> dict[str, Allowed]:
        """What a view takes from its table."""
        same = self.said.get("same", [])
        if same == []:
            return {}
        line = self.said.lines["same"]
        verbs = list(VERBS) if same == ALL else [same] if isinstance(same, str) else same
        if self.base is None or not isinstance(verbs, list) or not set(verbs) <= set(VERBS):
            raise self.source.wrong(f"same: all, or verbs of what it is of, not {same!r}", line)
        if verb not in verbs:
            return {}
        if "columns" in self.source.mapping(self.said, verb, line):
            line = self.said[verb].lines["columns"]
            raise self.source.wrong(
                f"{verb} is the same, so its columns are: say whose differ", line
            )
        taken = self.base.relation.allowed[verb]
        if not taken and same != ALL:
            raise self.source.wrong(f"nobody may {verb} {self.base.relation.name}", line)
        return {
            caller: self._narrowed(verb, allowed, shown, line) for caller, allowed in taken.items()
        }

    def _narrowed(self, verb: str, allowed: Allowed, shown: tuple[str, ...], line: int) -> Allowed:
        columns = _among(allowed.columns, shown)
        if allowed.columns and not columns:
            raise self.source.wrong(f"no column left that anybody may {verb}", line)
        for row in allowed.refused:
            if not set(row) <= set(shown):
                raise self.source.wrong(f"hides a column that is refused: {', '.join(row)}", line)
        return replace(allowed, columns=columns)

    def _allowed(
        self,
        verb: str,
        what: object,
        line: int,
        usual: tuple[str, ...],
        columns: _Columns,
        scope: Scope,
    ) -> Allowed:
        said = what if isinstance(what, Map) else Map({"rows": what})
        self.source.known(said, {"rows", "columns", "refused"}, line)
        if "refused" in said and verb != "insert":
            raise self.source.wrong("refused values are tried in inserts only", line)
        rows = said.get("rows", ALL)
        refused = said.get("refused") or []
        if not isinstance(rows, str) or not isinstance(refused, list):
            raise self.source.wrong(f"not rows: {what!r}", line)
        for row in refused:
            self.source.known(row, set(columns.all), line)
        tried = tuple(scope.values(row, self.source, line) for row in refused)
        named = columns.named(said, "columns") if "columns" in said else usual
        is_simple = rows in (ALL, NONE, DENIED)
        condition = rows if is_simple else scope.condition(rows, self.source, line)
        is_without = verb == "delete" or condition == DENIED
        if not named and not is_without:
            raise self.source.wrong("no columns: leave them out for all, or the caller", line)
        return Allowed(condition, () if is_without else named, tried, rows, self.source.path, line)


@dataclass(frozen=True)
class _Columns:
    """The columns of a relation, and its named sets of them."""

    all: tuple[str, ...]
    sets: Mapping[str, tuple[str, ...]]
    source: Source

    def named(self, said: Map, key: str) -> tuple[str, ...]:
        """What stands under a key: columns, sets, ``all``, one or a list of them."""
        line = said.lines[key]
        if isinstance(said[key], str):
            names: tuple[str, ...] = (said[key],)
        else:
            names = self.source.names(said, key, line)
        found: list[str] = []
        for column in self.with_sets(names):
            if column not in self.all:
                raise self.source.wrong(f"no such column or set: {column}", line)
            if column in found:
                raise self.source.wrong(f"the column {column} stands twice", line)
            found.append(column)
        return tuple(found)

    def with_sets(self, names: tuple[str, ...]) -> Iterator[str]:
        """The columns of the sets that are named, and the others as they are."""
        for name in names:
            yield from self.all if name == ALL else self.sets.get(name, (name,))


def _among(columns: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column in shown)
