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


# With a column's type its foreign keys are made anew.
_FOREIGN_KEY_GOES = {
    _kinds.AT_AlterColumnType,
    _kinds.AT_DropColumn,
    _kinds.AT_DropConstraint,
}


@dataclass(frozen=True)
class Need:
    """A lock that statements will take.

    Attributes:
        relation: ``schema.name`` of a table, or of an index whose table is meant.
        mode: As LOCK TABLE spells it.
        foreign_keys: Not the relation itself but the tables that its foreign keys point to: those
            of this constraint or column, or of all where it is empty. They are locked where a
            foreign key is dropped.
        only: Not its partitions.
    """

    relation: str
    mode: str
    foreign_keys: str | None = None
    only: bool = False


def needed(statements: Iterable[Statement]) -> tuple[Need, ...]:
    """The strongest lock that the statements take on each relation they did not create themselves.

    Sorted by name, so that two runners lock in the same order.
    """
    created: set[str] = set()
    wanted: dict[tuple[str, bool, str, bool], Need] = {}
    for statement in statements:
        for need in _needs_of(statement.node):
            keys = need.foreign_keys
            key = (need.relation, keys is not None, keys or "", need.only)
            known = wanted.get(key, need)
            if need.relation not in created and MODES.index(known.mode) <= MODES.index(need.mode):
                wanted[key] = need
        node = statement.node
        if isinstance(node, ast.CreateStmt) and not node.if_not_exists:
            created.add(relation_name(node.relation))
    return tuple(wanted[key] for key in sorted(wanted))


def _needs_of(node: Any) -> Iterator[Need]:
    if isinstance(node, ast.AlterTableStmt):
        if node.objtype in (enums.ObjectType.OBJECT_TABLE, enums.ObjectType.OBJECT_MATVIEW):
            yield from _altered(node)
    elif isinstance(node, ast.CreateStmt):
        for element in node.tableElts or ():
            yield from _referenced(element)
        for parent in node.inhRelations or ():
            yield Need(relation_name(parent), _AE if node.partbound else _SUE, only=True)
    elif isinstance(node, ast.IndexStmt):
        if not node.concurrent:
            yield _need(node.relation, "share")
    elif isinstance(node, ast.ReindexStmt):
        if node.relation is not None and not _is_concurrent(node):
            yield _need(node.relation, "share")
    elif isinstance(node, ast.CommentStmt):
        yield from _commented(node)
    elif isinstance(node, ast.CreateTrigStmt):
        yield _need(node.relation, _SRE)
    elif isinstance(node, ast.CreatePolicyStmt | ast.AlterPolicyStmt):
        yield Need(relation_name(node.table), _AE, only=True)
    elif isinstance(node, ast.RuleStmt | ast.ClusterStmt | ast.AlterObjectSchemaStmt):
        if node.relation is not None:
            yield _need(node.relation, _AE)
    elif isinstance(node, ast.RenameStmt) and isinstance(node.relation, ast.RangeVar):
        if node.renameType != enums.ObjectType.OBJECT_INDEX:
            yield _need(node.relation, _AE)
    elif isinstance(node, ast.DropStmt) and not node.concurrent:
        yield from _dropped(node)
    elif isinstance(node, ast.TruncateStmt):
        for relation in node.relations:
            yield _need(relation, _AE)


def _need(relation: ast.RangeVar, mode: str) -> Need:
    return Need(relation_name(relation), mode, only=not relation.inh)


def _is_concurrent(node: ast.ReindexStmt) -> bool:
    return any(option.defname == "concurrently" for option in node.params or ())


def _commented(node: ast.CommentStmt) -> Iterator[Need]:
    names = dotted(node.object) if isinstance(node.object, tuple) else ""
    if node.objtype == enums.ObjectType.OBJECT_TABLE:
        yield Need(names, _SUE, only=True)
    elif node.objtype == enums.ObjectType.OBJECT_COLUMN:
        yield Need(names.rpartition(".")[0], _SUE, only=True)


def _altered(node: ast.AlterTableStmt) -> Iterator[Need]:
    table = relation_name(node.relation)
    for command in node.cmds or ():
        detail = getattr(command, "def_", None)
        mode = _ALTER_MODES.get(command.subtype, _AE)
        if isinstance(detail, ast.Constraint) and detail.pktable is not None:
            mode = _SRE
        if isinstance(detail, ast.PartitionCmd):
            mode = _SUE if detail.concurrent else mode
            yield Need(relation_name(detail.name), _AE)
            yield Need(table, mode, only=True)
            continue
        yield _need(node.relation, mode)
        yield from _referenced(detail)
        if command.subtype in _FOREIGN_KEY_GOES:
            yield Need(table, _AE, str(command.name))


def _referenced(element: Any) -> Iterator[Need]:
    constraints = [element, *(getattr(element, "constraints", None) or ())]
    for constraint in constraints:
        if isinstance(constraint, ast.Constraint) and constraint.pktable is not None:
            yield Need(relation_name(constraint.pktable), _SRE)


def _dropped(node: ast.DropStmt) -> Iterator[Need]:
    kinds = enums.ObjectType
    for target in node.objects:
        names = dotted(target).split(".")
        if node.removeType in (kinds.OBJECT_POLICY, kinds.OBJECT_TRIGGER, kinds.OBJECT_RULE):
            names = names[:-1]
        elif node.removeType not in (kinds.OBJECT_TABLE, kinds.OBJECT_INDEX):
            continue
        yield Need(".".join(names), _AE)
        if node.removeType == kinds.OBJECT_TABLE:
            yield Need(".".join(names), _AE, "")
