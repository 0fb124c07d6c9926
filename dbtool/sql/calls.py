"""What a function's body calls, read from its text: what it asks before it does anything."""

from __future__ import annotations

from dataclasses import dataclass

from pglast.parser import Token, scan

_POINT, _OPEN, _CLOSE, _COMMA = "ASCII_46", "ASCII_40", "ASCII_41", "ASCII_44"
_COMMENTS = ("SQL_COMMENT", "C_COMMENT")
_COMPARISONS = ("ASCII_61", "NOT_EQUALS")


@dataclass(frozen=True)
class Argument:
    """One argument of a call.

    Attributes:
        text: As it stands in the body.
        literal: Its value where it is a text in quotes, else None.
    """

    text: str
    literal: str | None


@dataclass(frozen=True)
class CallSite:
    """``schema.name(...)`` in a body.

    Attributes:
        name: ``schema.name``.
        arguments: In order.
        is_compared: Whether it is one side of ``=`` or ``<>``.
        text: The call as it stands there, or the comparison.
        start: Where the call begins in the body.
        end: Where it ends.
    """

    name: str
    arguments: tuple[Argument, ...]
    is_compared: bool
    text: str
    start: int
    end: int


def read(body: str) -> list[CallSite]:
    """Every call that names its schema, in order, calls within calls included.

    Args:
        body: SQL or PL/pgSQL. Calls that it puts together at run time are not seen.
    """
    tokens = [token for token in scan(body) if token.name not in _COMMENTS]
    words = [body[token.start : token.end + 1] for token in tokens]
    found = []
    for at in range(len(tokens) - 3):
        kinds = [token.name for token in tokens[at : at + 4]]
        is_name = kinds[1] == _POINT and kinds[3] == _OPEN
        if not (is_name and _is_word(words[at]) and _is_word(words[at + 2])):
            continue
        end = _end(tokens, at + 3)
        left = at > 1 and tokens[at - 1].name in _COMPARISONS
        right = end + 2 < len(tokens) and tokens[end + 1].name in _COMPARISONS
        found.append(
            CallSite(
                f"{_name(words[at])}.{_name(words[at + 2])}",
                tuple(_arguments(body, tokens[at + 4 : end])),
                left or right,
                _between(
                    body,
                    tokens[_start_of_operand(tokens, at - 2) if left else at],
                    tokens[_end_of_operand(tokens, end + 2) if right else end],
                ),
                tokens[at].start,
                tokens[end].end,
            )
        )
    return found


def _is_word(word: str) -> bool:
    return word[:1] in '"_' or word[:1].isalpha()


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()


def _between(body: str, first: Token, last: Token) -> str:
    return " ".join(body[first.start : last.end + 1].split())


def _end(tokens: list[Token], opening: int) -> int:
    """Where the parenthesis that opens there is closed."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {_OPEN: 1, _CLOSE: -1}.get(tokens[at].name, 0)
        if depth == 0:
            return at
    return len(tokens) - 1


def _start_of_operand(tokens: list[Token], at: int) -> int:
    """The first word of ``a.b`` that ends there."""
    return at - 2 if at >= 2 and tokens[at - 1].name == _POINT else at


def _end_of_operand(tokens: list[Token], at: int) -> int:
    """The last word of ``a.b`` that begins there."""
    return at + 2 if at + 2 < len(tokens) and tokens[at + 1].name == _POINT else at


def _arguments(body: str, tokens: list[Token]) -> list[Argument]:
    groups: list[list[Token]] = [[]] if tokens else []
    depth = 0
    for token in tokens:
        depth += {_OPEN: 1, _CLOSE: -1}.get(token.name, 0)
        if token.name == _COMMA and depth == 0:
            groups.append([])
        else:
            groups[-1].append(token)
    return [_argument(body, group) for group in groups if group]


def _argument(body: str, tokens: list[Token]) -> Argument:
    text = _between(body, tokens[0], tokens[-1])
    kinds = [token.name for token in tokens]
    if kinds[0] != "SCONST" or (len(kinds) > 1 and kinds[1] != "TYPECAST"):
        return Argument(text, None)
    quoted = body[tokens[0].start : tokens[0].end + 1]
    is_plain = quoted.startswith("'")
    return Argument(text, quoted[1:-1].replace("''", "'") if is_plain else None)
