"""The stable errors that functions raise, read from their text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pglast
from pglast import ast, enums
from pglast.parser import ParseError

_FUNCTION = re.compile(r"^create (?:or replace )?function (?P<name>[\w.]+)\(", re.M)
_RAISE = re.compile(r"\braise\s+sqlstate\s+'(?P<state>PT(?P<status>\d{3}))'\s+using\b")
# A string, so that what it holds ends nothing; or one of the characters that do.
_PART = re.compile(r"'(?:[^']|'')*'|[(),;]")
_OPTION = re.compile(r"\s*(?P<name>\w+)\s*=(?P<value>.*)", re.S)
_PLACE = re.compile(r"%[sIL]")


@dataclass(frozen=True)
class Raised:
    """One way in which a function refuses.

    Attributes:
        status: HTTP status that PostgREST answers with.
        name: The stable name, sent as ``details``.
        message: What happened, for people; {name} stands for a value.
        hint: What to do, or empty.
        offset: Where the statement begins in the text, in characters.
    """

    status: int
    name: str
    message: str
    hint: str
    offset: int = 0


def functions(text: str) -> Iterator[tuple[str, str]]:
    """Each function that a file creates: its name, and the file from there to the next one."""
    starts = [*_FUNCTION.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends[: len(starts)], strict=True):
        yield match["name"], text[match.start() : end]


def read(text: str) -> list[Raised]:
    """Every ``raise sqlstate 'PTnnn' using ...`` of a function's text, in order.

    A message or hint that a ``case`` chooses gives one entry for each choice.
    """
    found = []
    for match in _RAISE.finditer(text):
        options = _options(text, match.end())
        detail, messages, hints = (
            _texts(options.get(name, "")) for name in ("detail", "message", "hint")
        )
        found += [
            Raised(int(match["status"]), detail[0], message, hint, match.start())
            for message, hint in product(messages, hints)
        ]
    return found


def reference(texts: Iterable[str]) -> list[tuple[Raised, tuple[str, ...]]]:
    """Each error with the functions that raise it, by name and then by message.

    A name whose messages or hints differ has an entry for each.

    Args:
        texts: Files in the order in which they are applied: a later text of a function
            replaces an earlier one.
    """
    bodies = {name: body for text in texts for name, body in functions(text)}
    found: dict[Raised, set[str]] = defaultdict(set)
    for function, body in bodies.items():
        for raised in read(body):
            found[replace(raised, offset=0)].add(function)
    ordered = sorted(found, key=lambda raised: (raised.name, raised.message, raised.hint))
    return [(raised, tuple(sorted(found[raised]))) for raised in ordered]


def _options(text: str, start: int) -> dict[str, str]:
    """What follows ``using``, up to the semicolon: expressions by the option's name."""
    parts, depth, begin = [], 0, start
    for match in _PART.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == ";" or (match[0] == "," and depth == 0):
            parts.append(text[begin : match.start()])
            begin = match.end()
        if match[0] == ";":
            break
    options = (match for match in map(_OPTION.fullmatch, parts) if match)
    return {match["name"]: match["value"].strip() for match in options}


def _texts(expression: str) -> list[str]:
    """The texts that an expression can give; {name} stands for what only a run can tell."""
    if not expression:
        return [""]
    try:
        statement = pglast.parse_sql(f"select {expression}")[0].stmt
    except ParseError:
        return ["{value}"]
    return _values(statement.targetList[0].val)


def _values(node: Any) -> list[str]:
    match node:
        case ast.A_Const(val=ast.String(sval=text)):
            return [text]
        case ast.A_Expr(kind=enums.A_Expr_Kind.AEXPR_OP, name=(ast.String(sval="||"),)):
            return ["".join(pair) for pair in product(_values(node.lexpr), _values(node.rexpr))]
        case ast.CaseExpr():
            chosen = [when.result for when in node.args]
            if node.defresult is not None:
                chosen.append(node.defresult)
            return [text for each in chosen for text in _values(each)]
        case ast.FuncCall(funcname=(ast.String(sval="format"),), args=(first, *others)):
            return [_filled(text, others) for text in _values(first)]
        case ast.FuncCall(funcname=(ast.String(sval="left"),), args=(first, *_)):
            return _values(first)
        case ast.CoalesceExpr(args=(first, *_)):
            return _values(first)
        case _:
            return ["{" + _name(node) + "}"]


def _filled(text: str, values: list[Any]) -> str:
    """The text of a call of format(), with a name for each of its values."""
    given = iter(values)

    def value(_: re.Match[str]) -> str:
        node = next(given, None)
        return _values(node)[0] if node is not None else "{value}"

    return _PLACE.sub(value, text).replace("%%", "%")


def _name(node: Any) -> str:
    """What to call a value: the variable's or the function's name, without its prefix."""
    match node:
        case ast.ColumnRef(fields=parts):
            pass
        case ast.FuncCall(funcname=(*_, last)) | ast.A_Indirection(indirection=(*_, last)):
            parts = (last,)
        case _:
            parts = ()
    names = [part.sval for part in parts if isinstance(part, ast.String)]
    return re.sub(r"^[pv]_", "", ".".join(names)) or "value"
