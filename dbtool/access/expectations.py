"""``policies/<schema>/access.yml``: who may do what, as decided and not as the policies say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dbtool.errors import FileError

VERBS = ("select", "insert", "update", "delete")
# Rows without a predicate: every row; none, though the privilege is there; no privilege at all.
ALL, NONE, DENIED = "all", "none", "denied"


@dataclass(frozen=True)
class Allowed:
    """What a caller may do with a relation by one verb.

    Attributes:
        rows: ``all``, ``none``, ``denied``, or a condition in SQL over the row and ``me``.
        columns: Those that may be named; for delete none.
        refused: Values (column to value) that the database must refuse in an insert.
        said: The rows as the file says it.
    """

    rows: str
    columns: tuple[str, ...]
    refused: tuple[Mapping[str, Any], ...] = ()
    said: str = DENIED

    @property
    def is_denied(self) -> bool:
        """Whether the caller lacks even the privilege."""
        return self.rows == DENIED


@dataclass(frozen=True)
class Relation:
    """What is expected of a table or a view.

    Attributes:
        name: ``schema.name``.
        kind: ``table`` or ``view``.
        of: The table whose rows it is about: itself, or the one that a view shows.
        columns: Every column it has.
        owner: The column that says whose a row is, or empty.
        sample: A row that could be inserted: column to value.
        allowed: verb to caller to what they may do.
        path: The file.
        line: Line in it, counted from 1.
    """

    name: str
    kind: str
    of: str
    columns: tuple[str, ...]
    owner: str
    sample: Mapping[str, Any]
    allowed: Mapping[str, Mapping[str, Allowed]]
    path: str
    line: int

    def may(self, verb: str, callers: Sequence[str]) -> Allowed:
        """What the first of some callers that the file names may do."""
        named = self.allowed[verb]
        return next((named[caller] for caller in callers if caller in named), Allowed(DENIED, ()))


@dataclass(frozen=True)
class Call:
    """One call of a function, and what it gives to whom.

    Attributes:
        arguments: Name to value.
        gives: Caller to the first value as text, ``done`` for any, the stable name of an error, or
            ``{sql: ...}``, an array that the first column of all rows must equal.
    """

    arguments: Mapping[str, Any]
    gives: Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True)
class Function:
    """What is expected of a function."""

    name: str
    execute: frozenset[str]
    calls: tuple[Call, ...]
    path: str
    line: int


@dataclass(frozen=True)
class Expectations:
    """All of them, by name.

    Attributes:
        relations: Tables and views.
        functions: Functions.
        survivors: Faults that change nothing anybody could notice, and why.
    """

    relations: Mapping[str, Relation] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    survivors: Mapping[str, str] = field(default_factory=dict)

    @property
    def callers(self) -> frozenset[str]:
        """Every caller that is named anywhere."""
        by_verb = [a for r in self.relations.values() for a in r.allowed.values()]
        calls = [c.gives for f in self.functions.values() for c in f.calls]
        executing = [f.execute for f in self.functions.values()]
        return frozenset(name for group in (*by_verb, *calls, *executing) for name in group)


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
        survivors.update(document.get("survivors") or {})
    if not relations:
        raise FileError(
            "no expectations",
            path="policies",
            hint="State them in policies/<schema>/access.yml; docs/access.md says how.",
        )
    for view in relations.values():
        if view.of not in relations:
            raise FileError(f"no such table: {view.of}", path=view.path, line=view.line)
    return Expectations(relations, functions, survivors)


class _Loader(yaml.SafeLoader):
    """Keeps the line of every mapping and refuses a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
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

    lines: dict[str, int]


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
        except (yaml.YAMLError, UnicodeDecodeError) as error:
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
        predicates = document.get("predicates") or {}
        for kind in ("table", "view"):
            for name, stated in (document.get(f"{kind}s") or {}).items():
                line = document[f"{kind}s"].lines[name]
                known = {"columns", "owner", "of", "sample", *VERBS}
                self._known(stated, known, line)
                columns = tuple(stated.get("columns") or ())
                if not columns:
                    raise self._wrong(f"{name} has no columns", line)
                allowed = {verb: self._callers(stated, verb, columns, predicates) for verb in VERBS}
                full = f"{self.schema}.{name}"
                yield Relation(
                    full,
                    kind,
                    stated.get("of") or full,
                    columns,
                    stated.get("owner") or "",
                    stated.get("sample") or {},
                    allowed,
                    self.path,
                    line,
                )

    def _callers(
        self, stated: _Map, verb: str, columns: tuple[str, ...], predicates: Mapping[str, str]
    ) -> dict[str, Allowed]:
        if not stated.get(verb):
            return {}
        callers: _Map = stated[verb]
        self._known(callers, None, stated.lines[verb])
        found = {}
        for caller, what in callers.items():
            line = callers.lines[caller]
            stated_as: dict[str, Any] = {"rows": what} if isinstance(what, str) else what
            self._known(stated_as, {"rows", "columns", "refused"}, line)
            rows = str(stated_as.get("rows", ALL))
            refused: tuple[dict[str, Any], ...] = tuple(stated_as.get("refused") or ())
            named = tuple(stated_as.get("columns") or columns)
            for column in (*named, *(c for row in refused for c in row)):
                if column not in columns:
                    raise self._wrong(f"no such column: {column}", line)
            condition = self._condition(rows, predicates, line)
            is_without = verb == "delete" or condition == DENIED
            found[caller] = Allowed(condition, () if is_without else named, refused, rows)
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
        for name, stated in (document.get("functions") or {}).items():
            line = document["functions"].lines[name]
            self._known(stated, {"execute", "calls"}, line)
            calls = []
            for call in stated.get("calls") or ():
                self._known(call, {"with", "gives"}, line)
                gives = {caller: _text(value) for caller, value in call["gives"].items()}
                calls.append(Call(call.get("with") or {}, gives))
            execute = frozenset(stated.get("execute") or ())
            if execute and not calls:
                raise self._wrong(f"{name} may be executed but no call says with whose ids", line)
            yield Function(f"{self.schema}.{name}", execute, tuple(calls), self.path, line)

    def _known(self, value: Any, keys: set[str] | None, line: int) -> None:
        if not isinstance(value, dict):
            raise self._wrong(f"names and values are expected here, not {value!r}", line)
        for key in value:
            if keys is not None and key not in keys:
                raise FileError(
                    f"unknown: {key}",
                    path=self.path,
                    line=value.lines.get(key, line) if isinstance(value, _Map) else line,
                    hint=f"Known here: {', '.join(sorted(keys))}.",
                )

    def _wrong(self, message: str, line: int) -> FileError:
        return FileError(message, path=self.path, line=line)


def _text(value: object) -> str | Mapping[str, str]:
    if isinstance(value, Mapping):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
