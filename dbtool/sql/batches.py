"""Statements that need no watching, put together so that they travel together.

Each round trip costs about as much as a CREATE TABLE. Statements that cannot take long (a new table
and all that belongs to it, comments, grants, functions) are sent at once; those that can (anything
on a table that was there before, and any query) go alone, so that people see which one is at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pglast import ast

from dbtool.sql.script import Statement, relation_name

_QUICK = (
    ast.AlterDefaultPrivilegesStmt,
    ast.CommentStmt,
    ast.CompositeTypeStmt,
    ast.CreateEnumStmt,
    ast.CreateFunctionStmt,
    ast.CreatePolicyStmt,
    ast.CreateRangeStmt,
    ast.CreateSchemaStmt,
    ast.CreateStmt,
    ast.CreateTrigStmt,
    ast.GrantStmt,
    ast.ViewStmt,
)


def batches(statements: Iterable[Statement]) -> Iterator[tuple[Statement, ...]]:
    """Group statements, in their order."""
    created: set[str] = set()
    batch: list[Statement] = []
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.CreateStmt) and not node.if_not_exists:
            created.add(relation_name(statement.node.relation))
        if _is_quick(statement.node, created):
            batch.append(statement)
            continue
        if batch:
            yield tuple(batch)
            batch = []
        yield (statement,)
    if batch:
        yield tuple(batch)


def is_quick(statements: tuple[Statement, ...]) -> bool:
    """Whether none of them can take long, so that all may travel together."""
    return len(next(batches(statements), ())) == len(statements) and (
        len(statements) > 1 or _is_quick(statements[0].node, set())
    )


def builds_index(statements: Iterable[Statement]) -> bool:
    """Whether one of them builds an index on a table that was there before."""
    return any(
        len(batch) == 1 and isinstance(batch[0].node, ast.IndexStmt | ast.ReindexStmt)
        for batch in batches(statements)
    )


def _is_quick(node: Any, created: set[str]) -> bool:
    if isinstance(node, ast.IndexStmt):
        return not node.concurrent and relation_name(node.relation) in created
    if isinstance(node, ast.AlterTableStmt):
        return relation_name(node.relation) in created
    return isinstance(node, _QUICK)
