"""``policies/<schema>/access.yml``: reads expectations, or says what is wrong in which line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dbtool.access.expectations import (
    ALL,
    DENIED,
    NONE,
    VERBS,
    Allowed,
    Call,
    Expectations,
    Function,
    Relation,
)
from dbtool.errors import FileError

# Those whose database role is theirs alone; staff with a permission share one with other staff.
_EXECUTING = ("anon", "user", "staff", "service")
_GUIDE = "docs/how-to/access-expectations.md"


def load(root: Path) -> Expectations:
    """Read the files of all schemas.

    Raises:
        FileError: Not YAML, a key that means nothing, a predicate or column that is not defined.
    """
    relations: dict[str, Relation] = {}
    functions: dict[str, Function] = {}
    survivors: dict[str, str] = {}
    for path in sorted(root.glob("policies/*/access.yml")):
        reader = _Reader(path.parent.name, path.relative_to(root).as_posix())
        document = reader.document(path)
        for relation in reader.relations(document):
            relations[relation.name] = relation
        for function in reader.functions(document):
            functions[function.name] = function
        survivors.update(reader.survivors(document))
    if not relations:
        raise FileError(
            "no expectations",
            path="policies",
            hint=f"State them in policies/<schema>/access.yml; {_GUIDE} says how.",
        )
    for view in relations.values():
        is_table = view.of in relations and relations[view.of].kind == "table"
        if view.of != view.name and not is_table:
            raise FileError(f"no such table: {view.of}", path=view.path, line=view.line)
    return Expectations(relations, functions, survivors)


class _Loader(yaml.SafeLoader):
    """Keeps the line of every mapping and refuses a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                problem = f"a name is expected, not {key.value!r}; a name like that is quoted"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        keys = [key.value for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                mark = node.value[number][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", mark)
        content: Any = super().construct_mapping(node, deep=True)
        made = _Map(content)
        made.lines = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        return made


class _Map(dict[str, Any]):
    """A mapping, and the line of each of its keys."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.lines: dict[str, int] = {}


_Loader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG,
    _Loader.construct_mapping,
)


@dataclass(frozen=True)
class _Reader:
    """Turns one file into values, or says what is wrong in which line."""

    schema: str
    path: str

    def document(self, path: Path) -> _Map:
        try:
            document = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 (a safe loader)
        except (yaml.YAMLError, ValueError, OSError) as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            raise FileError(
                f"not YAML: {problem}", path=self.path, line=mark.line + 1 if mark else None
            ) from None
        if not isinstance(document, _Map):
            raise self._wrong("names and values are expected here", 1)
        self._known(document, {"predicates", "tables", "views", "functions", "survivors"}, 1)
        return document

    def relations(self, document: _Map) -> Iterator[Relation]:
        predicates = self._mapping(document, "predicates")
        for name, condition in predicates.items():
            if not isinstance(condition, str):
                line = document["predicates"].lines[name]
                raise self._wrong(f"{name} is no condition in SQL: {condition!r}", line)
        tables = self._mapping(document, "tables")
        for kind in ("table", "view"):
            for name, stated in self._mapping(document, f"{kind}s").items():
                line = document[f"{kind}s"].lines[name]
                self._known(stated, {"columns", "owner", "of", "sample", *VERBS}, line)
                if kind == "view" and name in tables:
                    raise self._wrong(f"{name} is stated as a table too", line)
                columns = self._names(stated, "columns", line)
                if not columns:
                    raise self._wrong(f"{name} has no columns", line)
                owner = stated.get("owner") or ""
                if owner and owner not in columns:
                    raise self._wrong(f"no such column: {owner}", stated.lines["owner"])
                sample = self._mapping(stated, "sample", line)
                for column in sample:
                    if column not in columns:
                        raise self._wrong(f"no such column: {column}", sample.lines[column])
                self._values(sample, line)
                full = f"{self.schema}.{name}"
                of = stated.get("of") or full
                if not isinstance(of, str):
                    raise self._wrong(f"a table is named schema.table, not {of!r}", line)
                allowed = {
                    verb: self._callers(stated, verb, columns, predicates, line) for verb in VERBS
                }
                yield Relation(full, kind, of, columns, owner, sample, allowed, self.path, line)

    def _callers(
        self,
        stated: _Map,
        verb: str,
        columns: tuple[str, ...],
        predicates: Mapping[str, str],
        line: int,
    ) -> dict[str, Allowed]:
        callers = self._mapping(stated, verb, line)
        found = {}
        for caller, what in callers.items():
            line = callers.lines[caller]
            said = what if isinstance(what, _Map) else _Map({"rows": what})
            self._known(said, {"rows", "columns", "refused"}, line)
            if "refused" in said and verb != "insert":
                raise self._wrong("refused values are tried in inserts only", line)
            rows = said.get("rows", ALL)
            refused = said.get("refused") or []
            if not isinstance(rows, str) or not isinstance(refused, list):
                raise self._wrong(f"not rows: {what!r}", line)
            for row in refused:
                self._known(row, set(columns), line)
                self._values(row, line)
            named = self._names(said, "columns", line) if "columns" in said else columns
            if not named:
                raise self._wrong("no columns: leave them out for all, or the caller", line)
            for column in named:
                if column not in columns:
                    raise self._wrong(f"no such column: {column}", line)
            condition = self._condition(rows, predicates, line)
            is_without = verb == "delete" or condition == DENIED
            found[caller] = Allowed(condition, () if is_without else named, tuple(refused), rows)
        return found

    def _condition(self, rows: str, predicates: Mapping[str, str], line: int) -> str:
        if rows in (ALL, NONE, DENIED):
            return rows
        named = rows.split(" or ")
        for name in named:
            if name not in predicates:
                raise self._wrong(f"no such predicate: {name}", line)
        return " or ".join(f"({predicates[name]})" for name in named)

    def functions(self, document: _Map) -> Iterator[Function]:
        for name, stated in self._mapping(document, "functions").items():
            line = document["functions"].lines[name]
            self._known(stated, {"execute", "calls"}, line)
            execute = self._names(stated, "execute", line)
            for caller in execute:
                if caller not in _EXECUTING:
                    raise self._wrong(
                        f"{caller} is no database role's caller: EXECUTE belongs to "
                        f"{', '.join(_EXECUTING)}",
                        line,
                    )
            calls = stated.get("calls") or []
            if not isinstance(calls, list):
                raise self._wrong(f"calls are a list, not {calls!r}", line)
            if execute and not calls:
                raise self._wrong(f"{name} may be executed but no call says with whose ids", line)
            told = tuple(self._call(call, line) for call in calls)
            yield Function(f"{self.schema}.{name}", frozenset(execute), told, self.path, line)

    def _call(self, call: Any, line: int) -> Call:
        self._known(call, {"with", "gives"}, line)
        arguments = self._mapping(call, "with", line)
        self._values(arguments, line)
        gives = self._mapping(call, "gives", line)
        if not gives:
            raise self._wrong("a call gives something to somebody", line)
        for value in gives.values():
            if isinstance(value, list) or (isinstance(value, dict) and value.keys() != {"sql"}):
                raise self._wrong(f"a call gives a value or {{sql: ...}}, not {value!r}", line)
        return Call(arguments, {caller: _text(value) for caller, value in gives.items()})

    def survivors(self, document: _Map) -> Mapping[str, str]:
        """Faults that nobody could notice, with their reasons."""
        found = self._mapping(document, "survivors")
        for name, reason in found.items():
            if not isinstance(reason, str):
                raise self._wrong(f"no reason: {reason!r}", found.lines[name])
        return found

    def _mapping(self, document: _Map, key: str, line: int = 1) -> _Map:
        """What stands under a key: names and values, or nothing."""
        line = document.lines.get(key, line)
        found: _Map = _Map() if document.get(key) is None else document[key]
        self._known(found, None, line)
        return found

    def _names(self, document: _Map, key: str, line: int) -> tuple[str, ...]:
        """What stands under a key: a list of names, or nothing."""
        found = document.get(key) or []
        line = document.lines.get(key, line)
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise self._wrong(f"{key} is a list of names, not {found!r}", line)
        return tuple(found)

    def _values(self, row: _Map, line: int) -> None:
        """Values are plain, or ``{sql: ...}``."""
        for column, value in row.items():
            if isinstance(value, list) or (
                isinstance(value, dict)
                and (value.keys() != {"sql"} or not isinstance(value["sql"], str))
            ):
                at = row.lines.get(column, line)
                raise self._wrong(f"a value is plain or {{sql: ...}}, not {value!r}", at)

    def _known(self, value: Any, keys: set[str] | None, line: int) -> None:
        if not isinstance(value, _Map):
            raise self._wrong(f"names and values are expected here, not {value!r}", line)
        for key in value:
            if keys is not None and key not in keys:
                raise FileError(
                    f"unknown: {key}",
                    path=self.path,
                    line=value.lines.get(key, line),
                    hint=f"Known here: {', '.join(sorted(keys))}.",
                )

    def _wrong(self, message: str, line: int) -> FileError:
        return FileError(message, path=self.path, line=line, hint=f"{_GUIDE} says how.")


def _text(value: object) -> str | Mapping[str, str]:
    if isinstance(value, Mapping):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
