"""Statements of a run that another database needs too."""

from __future__ import annotations

from collections.abc import Collection
from textwrap import dedent

from pglast import ast
from pglast.parser import scan

from dbtool.sql.script import Statement, parse, relation_name

# Queries, settings of the run or its transaction alone, and the notification of PostgREST, which an
# event trigger of Supabase sends after all DDL.
_PASSING = (
    ast.SelectStmt,
    ast.TransactionStmt,
    ast.VariableSetStmt,
    ast.DoStmt,
    ast.NotifyStmt,
)
_COMMENTS = ("SQL_COMMENT", "C_COMMENT")
_WRITING = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)


def lasting(text: str, besides: Collection[str]) -> list[str]:
    """The statements of a text that change the database, each without its semicolon.

    Args:
        text: What dbtool sent for declared files and seeds; none of that asks for its effect.
        besides: Tables (``schema.name``) that are written for other reasons.
    """
    return [
        statement.text.strip()
        for statement in parse(dedent(text.strip("\n")), "a statement of dbtool")
        if not isinstance(statement.node, _PASSING) and _written(statement) not in besides
    ]


def _written(statement: Statement) -> str:
    node = statement.node
    return relation_name(node.relation) if isinstance(node, _WRITING) else ""


def terminated(text: str) -> str:
    """A script that another statement may follow."""
    tokens = [token.name for token in scan(text)]
    words = [name for name in tokens if name not in _COMMENTS]
    if not words or words[-1] == "ASCII_59":
        return text.rstrip() + "\n"
    # A semicolon after a comment would be part of it.
    return text.rstrip() + ("\n;\n" if tokens[-1] in _COMMENTS else ";\n")
