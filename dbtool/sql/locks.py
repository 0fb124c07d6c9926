"""Which existing tables a file's statements will lock, and how strongly.

The modes are those of evidence in the Postgres manual ("Explicit Locking") for 15 to 18. Where a
statement's need cannot be read from its text (a DO block), nothing is said: lock_timeout still
bounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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


_SUE, _SRE, _AE = "share update exclusive", "share row exclusive", "access exclusive"
_kinds = enums.AlterTableType
# Every other form of ALTER TABLE takes access exclusive.
_ALTER_MODES = {
    _kinds.AT_AttachPartition: _SUE,
    _kinds.AT_ClusterOn: _SUE,
    _kinds.AT_DetachPartitionFinalize: _SUE,
    _kinds.AT_DropCluster: _SUE,
    _kinds.AT_ResetOptions: _SUE,
    _kinds.AT_ResetRelOptions: _SUE,
    _kinds.AT_SetOptions: _SUE,
    _kinds.AT_SetRelOptions: _SUE,
    _kinds.AT_SetStatistics: _SUE,
    _kinds.AT_ValidateConstraint: _SUE,
    _kinds.AT_DisableTrig: _SRE,
    _kinds.AT_DisableTrigAll: _SRE,
    _kinds.AT_DisableTrigUser: _SRE,
    _kinds.AT_EnableAlwaysTrig: _SRE,
    _kinds.AT_EnableReplicaTrig: _SRE,
    _kinds.AT_EnableTrig: _SRE,
    _kinds.AT_EnableTrigAll: _SRE,
    _kinds.AT_EnableTrigUser: _SRE,
}


def makes_users_wait(mode: str) -> bool:
    """Whether readers or writers wait behind the lock; weaker ones stop other DDL at most."""
    return MODES.index(mode) > MODES.index(_SUE)


@dataclass(frozen=True)
class Need:
    """A lock that statements will take.

    Attributes:
        relation: ``schema.name`` of a table, or of an index whose table is meant.
        mode: As LOCK TABLE spells it.
        foreign_keys: Not the relation itself but the tables that its foreign keys point to: those
            of this constraint or column, or of all where it is empty. They are locked where a
            foreign key is dropped.
    """

    relation: str
    mode: str
    foreign_keys: str | None = None


def needed(statements: Iterable[Statement]) -> tuple[Need, ...]:
    """The strongest lock that the statements take on each relation they did not create themselves.

    Sorted by name, so that two runners lock in the same order.
    """
    created: set[str] = set()
    wanted: dict[tuple[str, str | None], str] = {}
    for statement in statements:
        for need in _needs_of(statement.node):
            if need.relation not in created:
                key = (need.relation, need.foreign_keys)
                wanted[key] = max(wanted.get(key, need.mode), need.mode, key=MODES.index)
        if isinstance(statement.node, ast.CreateStmt):
            created.add(relation_name(statement.node.relation))
    found = (Need(relation, mode, keys) for (relation, keys), mode in wanted.items())
    return tuple(sorted(found, key=lambda n: (n.relation, n.foreign_keys or "")))


def _needs_of(node: Any) -> Iterator[Need]:
    for relation, mode in _locks_of(node):
        yield Need(relation, mode)
    if isinstance(node, ast.AlterTableStmt):
        for command in node.cmds or ():
            if command.subtype in (_kinds.AT_DropConstraint, _kinds.AT_DropColumn):
                yield Need(relation_name(node.relation), _AE, str(command.name))
    elif isinstance(node, ast.DropStmt) and node.removeType == enums.ObjectType.OBJECT_TABLE:
        for target in node.objects:
            yield Need(dotted(target), _AE, "")


def _locks_of(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.AlterTableStmt):
        if node.objtype in (enums.ObjectType.OBJECT_TABLE, enums.ObjectType.OBJECT_MATVIEW):
            yield from _altered(node)
    elif isinstance(node, ast.CreateStmt):
        for element in node.tableElts or ():
            yield from _referenced(element)
        for parent in node.inhRelations or ():
            yield relation_name(parent), _AE if node.partbound else _SUE
    elif isinstance(node, ast.IndexStmt):
        if not node.concurrent:
            yield relation_name(node.relation), "share"
    elif isinstance(node, ast.ReindexStmt):
        if node.relation is not None:
            yield relation_name(node.relation), "share"
    elif isinstance(node, ast.CommentStmt):
        names = dotted(node.object).split(".") if isinstance(node.object, tuple) else []
        if node.objtype == enums.ObjectType.OBJECT_TABLE:
            yield ".".join(names), _SUE
        elif node.objtype == enums.ObjectType.OBJECT_COLUMN:
            yield ".".join(names[:-1]), _SUE
    elif isinstance(node, ast.CreateTrigStmt):
        yield relation_name(node.relation), _SRE
    elif isinstance(node, ast.CreatePolicyStmt | ast.AlterPolicyStmt):
        yield relation_name(node.table), _AE
    elif isinstance(node, ast.RuleStmt | ast.ClusterStmt | ast.AlterObjectSchemaStmt):
        if node.relation is not None:
            yield relation_name(node.relation), _AE
    elif isinstance(node, ast.RenameStmt) and isinstance(node.relation, ast.RangeVar):
        if node.renameType != enums.ObjectType.OBJECT_INDEX:
            yield relation_name(node.relation), _AE
    elif isinstance(node, ast.DropStmt) and not node.concurrent:
        yield from _dropped(node)
    elif isinstance(node, ast.TruncateStmt):
        for relation in node.relations:
            yield relation_name(relation), _AE


def _altered(node: ast.AlterTableStmt) -> Iterator[tuple[str, str]]:
    table = relation_name(node.relation)
    for command in node.cmds or ():
        detail = getattr(command, "def_", None)
        mode = _ALTER_MODES.get(command.subtype, _AE)
        if isinstance(detail, ast.Constraint) and detail.pktable is not None:
            mode = _SRE
        if isinstance(detail, ast.PartitionCmd):
            mode = _SUE if detail.concurrent else mode
            yield relation_name(detail.name), _AE
        yield table, mode
        yield from _referenced(detail)


def _referenced(element: Any) -> Iterator[tuple[str, str]]:
    constraints = [element, *(getattr(element, "constraints", None) or ())]
    for constraint in constraints:
        if isinstance(constraint, ast.Constraint) and constraint.pktable is not None:
            yield relation_name(constraint.pktable), _SRE


def _dropped(node: ast.DropStmt) -> Iterator[tuple[str, str]]:
    kinds = enums.ObjectType
    for target in node.objects:
        names = dotted(target).split(".")
        if node.removeType in (kinds.OBJECT_POLICY, kinds.OBJECT_TRIGGER, kinds.OBJECT_RULE):
            names = names[:-1]
        elif node.removeType not in (kinds.OBJECT_TABLE, kinds.OBJECT_INDEX):
            continue
        yield ".".join(names), _AE
