"""What a condition that Postgres printed is made of, and what a view shows.

Parts keep the letters in which Postgres printed them: people look for them in the policy's file.
"""

from __future__ import annotations

from dataclasses import dataclass

from pglast import ast, parse_sql
from pglast.enums import BoolExprType
from pglast.parser import Token, scan
from pglast.stream import RawStream

_OPENING, _CLOSING = ("ASCII_40", "ASCII_91"), ("ASCII_41", "ASCII_93")
_SEPARATORS = {BoolExprType.AND_EXPR: "AND", BoolExprType.OR_EXPR: "OR"}


@dataclass(frozen=True)
class Shown:
    """What a view over one relation shows.

    Attributes:
        schema: Of the relation behind it.
        name: Of the relation behind it.
        alias: What its condition calls that relation.
        condition: What a row must fulfil to be shown; empty for nothing.
        columns: Each column of the view to the column behind it, or to '' for an expression.
    """

    schema: str
    name: str
    alias: str
    condition: str
    columns: dict[str, str]


def split(condition: str) -> tuple[str, tuple[str, ...]]:
    """The outermost ``and`` or ``or`` of a condition, and its parts.

    Args:
        condition: As Postgres prints it, with parentheses around everything that has parts.

    Returns:
        The word in lower case and its parts; without one, '' and nothing.
    """
    node = parse_sql(f"select {condition}")[0].stmt.targetList[0].val
    if not isinstance(node, ast.BoolExpr) or node.boolop not in _SEPARATORS:
        return "", ()
    word = _SEPARATORS[node.boolop]
    parts = _cut(condition, word)
    if len(parts) != len(node.args):  # printed otherwise than known: the same, in other letters
        parts = tuple(RawStream()(part) for part in node.args)
    return word.lower(), parts


def shown(definition: str) -> Shown | None:
    """What a view shows; None where it is more than chosen rows and columns of one relation."""
    query = parse_sql(definition)[0].stmt
    more = (
        query.op.value
        or query.groupClause
        or query.havingClause
        or query.distinctClause
        or query.limitCount
        or query.limitOffset
        or query.withClause
    )
    source = query.fromClause[0] if query.fromClause and len(query.fromClause) == 1 else None
    if more or not isinstance(source, ast.RangeVar):
        return None
    columns = {}
    for target in query.targetList:
        names = [f.sval for f in target.val.fields] if isinstance(target.val, ast.ColumnRef) else []
        columns[target.name or (names[-1] if names else "")] = names[-1] if names else ""
    return Shown(
        source.schemaname or "",
        source.relname,
        source.alias.aliasname if source.alias else source.relname,
        _after_where(definition) if query.whereClause else "",
        columns,
    )


def _tokens(text: str) -> list[tuple[Token, int]]:
    """Tokens, each with the number of parentheses that are open around it."""
    found, depth = [], 0
    for token in scan(text):
        if token.name in _CLOSING:
            depth -= 1
        found.append((token, depth))
        if token.name in _OPENING:
            depth += 1
    return found


def _cut(condition: str, word: str) -> tuple[str, ...]:
    text = condition.strip()
    while text.startswith("(") and _tokens(text)[-1] == _closing_of_first(text):
        text = text[1:-1].strip()
    # Between `case` and `end` a word belongs to the case.
    parts, start, cases = [], 0, 0
    for token, depth in _tokens(text):
        cases += {"CASE": 1, "END_P": -1}.get(token.name, 0)
        if token.name == word and depth == 0 and cases == 0:
            parts.append(text[start : token.start].strip())
            start = token.end + 1
    return (*parts, text[start:].strip())


def _closing_of_first(text: str) -> tuple[Token, int]:
    return next(found for found in _tokens(text) if found[0].name in _CLOSING and found[1] == 0)


def _after_where(definition: str) -> str:
    where = next(t for t, depth in _tokens(definition) if t.name == "WHERE" and depth == 0)
    return definition[where.end + 1 :].strip().rstrip(";").strip()
