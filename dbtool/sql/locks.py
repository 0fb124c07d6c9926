"""Which existing tables a file's statements will lock, and how strongly.

The modes are those of evidence in the Postgres manual ("Explicit Locking") for 15 to 18. Where a
statement's need cannot be read from its text (a DO block), nothing is said: lock_timeout still
bounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pglast import ast, enums

from dbtool.sql.script import Statement, dotted, relation_name

# Weakest first, so that max() by index picks what covers both.
MODES = (
    "access share",
    "row share",
    "row exclusive",
    "share update exclusive",
    "share",
    "share row exclusive",
    "exclusive",
    "access exclusive",
)


def needed(statements: Iterable[Statement]) -> dict[str, str]:
    """The strongest lock that the statements take on each table they did not create themselves.

    Returns:
        ``schema.table`` to the mode as LOCK TABLE spells it, only for modes that make writers or
        readers wait; sorted by name, so that two runners lock in the same order.
    """
    created: set[str] = set()
    wanted: dict[str, str] = {}
    for statement in statements:
        for table, mode in _locks_of(statement.node):
            if table in created:
                continue
            wanted[table] = max(wanted.get(table, mode), mode, key=MODES.index)
        if isinstance(statement.node, ast.CreateStmt):
            created.add(relation_name(statement.node.relation))
    return dict(sorted(wanted.items()))


def _locks_of(node: Any) -> Iterator[tuple[str, str]]:
    exclusive = "access exclusive"
    if isinstance(node, ast.AlterTableStmt):
        yield relation_name(node.relation), exclusive
        for command in node.cmds or ():
            yield from _referenced(getattr(command, "def_", None))
    elif isinstance(node, ast.CreateStmt):
        for element in node.tableElts or ():
            yield from _referenced(element)
        for parent in node.inhRelations or ():
            yield relation_name(parent), exclusive
    elif isinstance(node, ast.IndexStmt) and not node.concurrent:
        yield relation_name(node.relation), "share"
    elif isinstance(node, ast.CreateTrigStmt):
        yield relation_name(node.relation), "share row exclusive"
    elif isinstance(node, ast.CreatePolicyStmt | ast.AlterPolicyStmt):
        yield relation_name(node.table), exclusive
    elif isinstance(node, ast.RenameStmt) and isinstance(node.relation, ast.RangeVar):
        yield relation_name(node.relation), exclusive
    elif isinstance(node, ast.DropStmt):
        yield from _dropped(node)
    elif isinstance(node, ast.TruncateStmt):
        for relation in node.relations:
            yield relation_name(relation), exclusive


def _referenced(element: Any) -> Iterator[tuple[str, str]]:
    constraints = [element, *(getattr(element, "constraints", None) or ())]
    for constraint in constraints:
        if isinstance(constraint, ast.Constraint) and constraint.pktable is not None:
            yield relation_name(constraint.pktable), "share row exclusive"


def _dropped(node: ast.DropStmt) -> Iterator[tuple[str, str]]:
    kinds = enums.ObjectType
    for target in node.objects:
        names = dotted(target).split(".")
        if node.removeType in (kinds.OBJECT_POLICY, kinds.OBJECT_TRIGGER):
            names = names[:-1]
        elif node.removeType != kinds.OBJECT_TABLE:
            continue
        yield ".".join(names), "access exclusive"
