"""Conditions and values that expectations name once and use wherever they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dbtool.access.expectation_yaml import Map, Source

# Ids that every value may speak of; matrix/fixtures.py knows whose they are.
PEOPLE = ("me", "other", "admin", "new")
_ALONE = re.compile(r"\$([a-z_]\w*)")
_IN_SQL = re.compile(r"\$([a-z_]\w*)")


@dataclass(frozen=True)
class Named:
    """A predicate or a value that has a name.

    Attributes:
        name: Its name.
        said: What the file says: SQL, ``{sql: ...}`` or a plain value.
        is_predicate: Whether it is a condition over a row.
        source: The file.
        line: Line in it, counted from 1.
        scope: The names that it may speak of itself.
    """

    name: str
    said: Any
    is_predicate: bool
    source: Source
    line: int
    scope: Scope

    def sql(self, on_the_way: tuple[str, ...] = ()) -> str:
        """What it stands for, as SQL."""
        value = self.said if self.is_predicate else self.value(on_the_way)
        if self.is_predicate:
            return self.scope.spelled(value, self.source, self.line, self._further(on_the_way))
        if isinstance(value, Mapping):
            return str(value["sql"])
        if isinstance(value, str) and value[:1] == "$" and value[1:] in PEOPLE:
            return value[1:]
        if value is None or isinstance(value, bool | int | float):
            return "null" if value is None else str(value).lower()
        return "'" + str(value).replace("'", "''") + "'"

    def value(self, on_the_way: tuple[str, ...] = ()) -> Any:
        """What it stands for, as a value."""
        return self.scope.value(self.said, self.source, self.line, self._further(on_the_way))

    def _further(self, on_the_way: tuple[str, ...]) -> tuple[str, ...]:
        further = (*on_the_way, self.name)
        if self.name in on_the_way:
            raise self.source.wrong(f"it speaks of itself: {', '.join(further)}", self.line)
        return further


@dataclass(frozen=True)
class Scope:
    """The names that may be used in one place."""

    names: dict[str, Named] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, shared: Scope) -> Scope:
        """The names of a file, beside those that all files share.

        Raises:
            FileError: No condition or value, two of one name, or one that speaks of itself.
        """
        scope = cls(dict(shared.names))
        for named in _read(source, scope):
            other = scope.names.get(named.name)
            if other is not None:
                where = f"{other.source.path}:{other.line}"
                raise source.wrong(f"{named.name} stands in {where} too", named.line)
            scope.names[named.name] = named
        for named in scope.names.values():
            named.sql()
        return scope

    def joined(self, further: Scope, source: Source, line: int) -> Scope:
        """The names of a view's file and of its table's.

        Raises:
            FileError: One name for two things.
        """
        for name in self.names.keys() & further.names.keys():
            mine, theirs = self.names[name], further.names[name]
            if (mine.source.path, mine.line) != (theirs.source.path, theirs.line):
                where = f"{theirs.source.path}:{theirs.line}"
                raise source.wrong(f"{name} is named here and in {where}", mine.line or line)
        return Scope({**further.names, **self.names})

    def condition(self, rows: str, source: Source, line: int) -> str:
        """The condition that some predicates make, joined by ``or``."""
        found = []
        for name in rows.split(" or "):
            named = self.names.get(name)
            if named is None or not named.is_predicate:
                raise source.wrong(f"no such predicate: {name}", line)
            found.append(f"({named.sql()})")
        return " or ".join(found)

    def value(self, said: Any, source: Source, line: int, on_the_way: tuple[str, ...] = ()) -> Any:
        """A value as it is tried: plain, or ``{sql: ...}``.

        Raises:
            FileError: Something else, or a name that is not there.
        """
        if isinstance(said, str) and (alone := _ALONE.fullmatch(said)) and alone[1] not in PEOPLE:
            named = self.names.get(alone[1])
            if named is None or named.is_predicate:
                raise source.wrong(f"no such value: {alone[1]}", line)
            return named.value(on_the_way)
        if isinstance(said, Map) and said.keys() == {"sql"} and isinstance(said["sql"], str):
            return {"sql": self.spelled(said["sql"], source, line, on_the_way)}
        if isinstance(said, list | dict):
            raise source.wrong(f"a value is plain, $name or {{sql: ...}}, not {said!r}", line)
        return said

    def values(self, row: Map, source: Source, line: int) -> dict[str, Any]:
        """A row of values, or the arguments of a call."""
        return {
            name: self.value(said, source, row.lines.get(name, line)) for name, said in row.items()
        }

    def spelled(self, sql: str, source: Source, line: int, on_the_way: tuple[str, ...]) -> str:
        """SQL, with what its ``$names`` stand for in their places."""

        def instead(match: re.Match[str]) -> str:
            if match[1] in PEOPLE:
                raise source.wrong(f"in SQL it is {match[1]}, not {match[0]}", line)
            if match[1] not in self.names:
                raise source.wrong(f"no such predicate or value: {match[1]}", line)
            return f"({self.names[match[1]].sql(on_the_way)})"

        return _IN_SQL.sub(instead, sql)


def _read(source: Source, scope: Scope) -> Iterator[Named]:
    for section in ("predicates", "values"):
        for name, said in (stated := source.mapping(source.said, section)).items():
            line = stated.lines[name]
            if section == "predicates" and not isinstance(said, str):
                raise source.wrong(f"{name} is no condition in SQL: {said!r}", line)
            if not _ALONE.fullmatch(f"${name}") or name in PEOPLE:
                raise source.wrong(f"no name for what is used as ${name}: {name}", line)
            yield Named(name, said, section == "predicates", source, line, scope)
