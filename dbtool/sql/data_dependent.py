"""What a statement's text leaves open: where the answer depends on the rows it meets."""

from __future__ import annotations

from typing import Any

from pglast import ast, enums

from dbtool.sql.script import walk

_ROWS = "how many rows it touches, and for how long, depends on the data"
_CODE = "what it runs depends on the data; this is what it did on the scratch database"
_CHECKS = "fails where a row does not fit"

_VALIDATING = {
    enums.AlterTableType.AT_SetNotNull,
    enums.AlterTableType.AT_AddConstraint,
    enums.AlterTableType.AT_ValidateConstraint,
    enums.AlterTableType.AT_AlterColumnType,
    enums.AlterTableType.AT_AttachPartition,
}


def depends_on_data(node: Any, scans: bool) -> str:
    """Why the rehearsal on other rows does not tell all; empty where it does.

    Args:
        node: The statement.
        scans: Whether it was seen to read a relation that was there before.
    """
    if isinstance(node, ast.DoStmt | ast.CallStmt):
        return _CODE
    if isinstance(node, ast.SelectStmt):
        calls = any(isinstance(part, ast.FuncCall) for part in walk(node))
        return _CODE if calls else _ROWS
    if isinstance(node, ast.InsertStmt):
        select = node.selectStmt
        is_literal = select is None or (isinstance(select, ast.SelectStmt) and select.valuesLists)
        return "" if is_literal and node.onConflictClause is None else _ROWS
    if isinstance(
        node,
        ast.UpdateStmt
        | ast.DeleteStmt
        | ast.MergeStmt
        | ast.CopyStmt
        | ast.CreateTableAsStmt
        | ast.RefreshMatViewStmt
        | ast.VacuumStmt,
    ):
        return _ROWS
    if not scans:
        return ""
    if isinstance(node, ast.IndexStmt):
        return _CHECKS if node.unique else ""
    if isinstance(node, ast.AlterTableStmt):
        return _CHECKS if {c.subtype for c in node.cmds or ()} & _VALIDATING else ""
    return ""
