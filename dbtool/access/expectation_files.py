"""``policies/<schema>/expectations.yml``: what is expected, or what is wrong in which line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dbtool.access.expectation_names import Scope
from dbtool.access.expectation_yaml import GUIDE, Source
from dbtool.access.expectations import Call, Expectations, Function
from dbtool.access.relation_files import Relations, Stated
from dbtool.errors import FileError

# Those whose database role is theirs alone; staff with a permission share one with other staff.
_EXECUTING = ("anon", "user", "staff", "service")
_CALL = {"with", "gives"}
_NAMES = {"predicates", "values"}
_SECTIONS = {*_NAMES, "tables", "views", "functions", "survivors"}


def paths(root: Path) -> list[Path]:
    """The files of all schemas, and the one that they share."""
    shared = root / "policies" / "expectations.yml"
    own = sorted(root.glob("policies/*/expectations.yml"))
    return [*([shared] if shared.exists() else []), *own]


def load(root: Path) -> Expectations:
    """Read the files of all schemas.

    Raises:
        FileError: Not YAML, a key that means nothing, a predicate, value, column or table that is
            not there.
    """
    shared = Scope()
    files: list[tuple[Source, Scope]] = []
    for file in paths(root):
        if file.parent.name == "policies":
            shared = Scope.of(Source.of(file, root, _NAMES), shared)
        else:
            source = Source.of(file, root, _SECTIONS)
            files.append((source, Scope.of(source, shared)))
    stated: dict[str, Stated] = {}
    functions: dict[str, Function] = {}
    survivors: dict[str, str] = {}
    for source, scope in files:
        stated.update((relation.name, relation) for relation in _stated(source, scope))
        functions.update((f.name, f) for f in _functions(source, scope))
        survivors.update(_survivors(source))
    in_full = dict(functions)
    for source, _ in files:
        functions.update((f.name, f) for f in _wrapping(source, in_full))
    if not stated:
        raise FileError(
            "no expectations",
            path="policies",
            hint=f"State them in policies/<schema>/expectations.yml; {GUIDE} says how.",
        )
    # As the files have them, those that stand for another one too.
    names = (f"{s.schema}.{name}" for s, _ in files for name in s.mapping(s.said, "functions"))
    relations = {relation.name: relation for relation in Relations(stated).read()}
    return Expectations(relations, {name: functions[name] for name in names}, survivors)


def _stated(source: Source, scope: Scope) -> Iterator[Stated]:
    tables = source.mapping(source.said, "tables")
    for kind in ("table", "view"):
        for name, said in (stated := source.mapping(source.said, f"{kind}s")).items():
            line = stated.lines[name]
            if kind == "view" and name in tables:
                raise source.wrong(f"{name} is stated as a table too", line)
            source.known(said, None, line)
            yield Stated(f"{source.schema}.{name}", kind, said, line, source, scope)


# Functions


def _functions(source: Source, scope: Scope) -> Iterator[Function]:
    """Those that are stated in full."""
    for name, said in (stated := source.mapping(source.said, "functions")).items():
        line = stated.lines[name]
        source.known(said, {"of", "calls", *_CALL}, line)
        if "of" in said:
            continue
        calls = said.get("calls") or []
        if _CALL & said.keys():
            if "calls" in said:
                raise source.wrong("one call stands beside the name, several in calls", line)
            calls = [said]
        if not isinstance(calls, list):
            raise source.wrong(f"calls are a list, not {calls!r}", line)
        told = tuple(_call(source, scope, call, line) for call in calls)
        full, execute = f"{source.schema}.{name}", _executing(told)
        if told and not execute:
            roles = ", ".join(_EXECUTING)
            raise source.wrong(f"no call gives something to one of {roles}", line)
        yield Function(full, execute, told, source.path, line)


def _executing(calls: Iterable[Call]) -> frozenset[str]:
    """Callers to whom a call gives something may execute it; staff may do what users may."""
    named = {caller for call in calls for caller in call.gives}.intersection(_EXECUTING)
    return frozenset(named - {"staff"} if "user" in named else named)


def _wrapping(source: Source, functions: Mapping[str, Function]) -> Iterator[Function]:
    """Those that answer as another one does; its argument p_x is called x here."""
    for name, said in (stated := source.mapping(source.said, "functions")).items():
        if "of" not in said:
            continue
        line = said.lines["of"]
        if len(said) > 1:
            raise source.wrong("a function is stated in full, or is of another one", line)
        wrapped = functions.get(said["of"]) if isinstance(said["of"], str) else None
        if wrapped is None:
            raise source.wrong(f"no such function, stated in full: {said['of']}", line)
        calls = tuple(
            replace(
                call,
                arguments={k.removeprefix("p_"): v for k, v in call.arguments.items()},
            )
            for call in wrapped.calls
        )
        yield replace(
            wrapped,
            name=f"{source.schema}.{name}",
            calls=calls,
            path=source.path,
            line=stated.lines[name],
        )


def _call(source: Source, scope: Scope, call: Any, line: int) -> Call:
    source.known(call, _CALL, line)
    line = call.line or line
    arguments = scope.values(source.mapping(call, "with", line), source, line)
    gives = source.mapping(call, "gives", line)
    if not gives:
        raise source.wrong("a call gives something to somebody", line)
    given = {}
    for caller, what in gives.items():
        given[caller] = _text(scope.value(what, source, gives.lines[caller]))
    return Call(arguments, given, source.path, line)


def _survivors(source: Source) -> Iterator[tuple[str, str]]:
    """Faults that nobody could notice, with their reasons."""
    stated = source.said.get("survivors") or []
    line = source.said.lines.get("survivors", 1)
    if not isinstance(stated, list):
        raise source.wrong("survivors are a list of faults and the reason of each", line)
    for group in stated:
        source.known(group, {"reason", "faults"}, line)
        here = group.line or line
        reason = group.get("reason")
        faults = source.names(group, "faults", here)
        if not isinstance(reason, str) or not reason or not faults:
            raise source.wrong("no reason, or no faults", here)
        yield from ((fault, reason) for fault in faults)


def _text(value: object) -> str | Mapping[str, str]:
    if isinstance(value, Mapping):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
