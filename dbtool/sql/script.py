"""A SQL file as a list of statements, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pglast
from pglast import ast
from pglast.parser import ParseError, parse_sql_json, scan

from dbtool.errors import FileError

# Without statements, and with those that parse_step refuses (or other text that only looks so).
_SUSPICIOUS = ('"stmts":[]', '"TransactionStmt"', '"CopyStmt"', '"VariableSetStmt"')


@dataclass(frozen=True)
class Statement:
    """One statement of a file.

    Attributes:
        text: The statement without its semicolon and leading comments.
        offset: Where it starts in the file, in characters.
        line: The line it starts on, counted from 1.
        node: The parse tree (pglast).
    """

    text: str
    offset: int
    line: int
    node: ast.Node

    @property
    def summary(self) -> str:
        """The statement on one line of at most 80 characters."""
        flat = " ".join(self.text.split())
        return flat if len(flat) <= 80 else flat[:77] + "..."


def line_at(text: str, offset: int) -> int:
    """Line number, counted from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1


def snippet_at(text: str, line: int) -> str:
    """The line of that number, as it stands in the file."""
    lines = text.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def parse(text: str, path: str) -> tuple[Statement, ...]:
    """Split a file into statements.

    Args:
        text: The file's content.
        path: Its name, for the error.

    Raises:
        FileError: The text is not SQL; the error carries line and snippet.
    """
    try:
        raw_statements = pglast.parse_sql(text)
    except ParseError as error:
        message = str(error.args[0]) if error.args else "not SQL"
        offset = _error_offset(text, message, error)
        line = line_at(text, offset)
        raise FileError(
            message,
            path=path,
            line=line,
            snippet=snippet_at(text, line),
            hint="Correct the statement; nothing of this run was applied.",
        ) from None
    statements = []
    for raw in raw_statements:
        start = raw.stmt_location or 0
        end = start + raw.stmt_len if raw.stmt_len else len(text)
        statement = text[start:end].rstrip().removesuffix(";").rstrip()
        statements.append(Statement(statement, start, line_at(text, start), raw.stmt))
    return tuple(statements)


def parse_step(text: str, path: str) -> tuple[Statement, ...]:
    """Split a migration or a down migration, which must not handle transactions itself.

    Raises:
        FileError: Not SQL, or BEGIN, COMMIT and the like.
    """
    statements = parse(text, path)
    for statement in statements:
        if isinstance(statement.node, ast.CopyStmt) and not statement.node.filename:
            raise FileError(
                "COPY has no data here",
                path=path,
                line=statement.line,
                snippet=statement.summary,
                hint="Write the rows as INSERT, or as a seed.",
            )
        if isinstance(statement.node, ast.VariableSetStmt) and not statement.node.is_local:
            raise FileError(
                "a setting that would outlive its file",
                path=path,
                line=statement.line,
                snippet=statement.summary,
                hint="Write SET LOCAL: the next file must not depend on this one's settings.",
            )
        if isinstance(statement.node, ast.TransactionStmt):
            raise FileError(
                "a migration must not handle transactions",
                path=path,
                line=statement.line,
                snippet=statement.summary,
                hint="dbtool runs each file in a transaction of its own: delete BEGIN and COMMIT.",
            )
    return statements


def is_plain_step(text: str) -> bool:
    """Whether `parse_step` will find statements and nothing to refuse, in a tenth of its time."""
    try:
        tree = parse_sql_json(text)
    except ParseError:
        return False
    return not any(kind in tree for kind in _SUSPICIOUS)


def insert_places(text: str) -> tuple[tuple[int, int], int]:
    """Where an INSERT names its table, and where its ON CONFLICT begins, in characters.

    Args:
        text: One INSERT INTO schema.table ... ON CONFLICT statement, comments and WITH included.
    """
    tokens = list(scan(text))
    depth = 0
    span, conflict_at = (0, 0), len(text)
    for n, token in enumerate(tokens):
        depth += {"ASCII_40": 1, "ASCII_41": -1}.get(token.name, 0)
        if depth == 0 and token.name == "INSERT" and tokens[n + 1].name == "INTO":
            span = (tokens[n + 2].start, tokens[n + 4].end + 1)
        if depth == 0 and token.name == "ON" and tokens[n + 1].name == "CONFLICT":
            conflict_at = token.start
    return span, conflict_at


def _error_offset(text: str, message: str, error: ParseError) -> int:
    if "end of input" in message:
        return len(text.rstrip())
    location = error.args[1] if len(error.args) > 1 else 0
    return int(location) if isinstance(location, int) and location >= 0 else 0


def walk(node: Any) -> Iterator[ast.Node]:
    """Yield a parse tree's nodes, parents first."""
    if isinstance(node, ast.Node):
        yield node
        for slot in node:
            yield from walk(getattr(node, slot))
    elif isinstance(node, tuple):
        for item in node:
            yield from walk(item)


def dotted(names: Any) -> str:
    """A qualified name as text: ``(String('a'), String('b'))`` is ``a.b``."""
    return ".".join(part.sval for part in names or () if isinstance(part, ast.String))


def relation_name(node: ast.RangeVar) -> str:
    """``schema.table`` of a RangeVar, or ``table`` where the file names no schema."""
    return f"{node.schemaname}.{node.relname}" if node.schemaname else str(node.relname)


def option(node: Any, name: str) -> Any:
    """The argument of a statement's option (DefElem), or None."""
    for item in getattr(node, "options", None) or ():
        if isinstance(item, ast.DefElem) and item.defname == name:
            return item.arg
    return None
