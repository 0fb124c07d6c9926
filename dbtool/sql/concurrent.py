"""Statements that cannot run in a transaction, and how to tell that one has already happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pglast import ast, enums

from dbtool.sql.script import dotted, relation_name

Action = Literal["create index", "drop index", "reindex", "detach", "maintain"]


@dataclass(frozen=True)
class Concurrent:
    """A statement that a no-transaction file may hold.

    Attributes:
        action: What it does.
        name: The index, table or partition it acts on (of VACUUM the first one, if it names any),
            schema-qualified.
        table: Of an index to create or a partition to detach, the table.
        rebuilt: Of CREATE INDEX, the same index on ``pg_temp.index_probe``, not concurrently.
    """

    action: Action
    name: str
    table: str = ""
    rebuilt: str = ""


def read(node: Any) -> Concurrent | None:
    """What the statement does; None where a no-transaction file must not hold it."""
    if isinstance(node, ast.IndexStmt) and node.concurrent:
        table = relation_name(node.relation)
        schema = table.rpartition(".")[0]
        name = f"{schema}.{node.idxname}" if schema and node.idxname else node.idxname or ""
        return Concurrent("create index", name, table, _on_probe(node))
    if isinstance(node, ast.DropStmt) and node.concurrent:
        return Concurrent("drop index", dotted(node.objects[0]))
    if isinstance(node, ast.ReindexStmt) and _is_concurrent(node) and node.relation is not None:
        return Concurrent("reindex", relation_name(node.relation))
    if isinstance(node, ast.VacuumStmt):
        if any(option.defname == "full" for option in node.options or ()):
            return None  # it locks out everyone for as long as it takes
        return Concurrent("maintain", relation_name(node.rels[0].relation) if node.rels else "")
    if isinstance(node, ast.AlterTableStmt) and len(node.cmds) == 1:
        command = node.cmds[0]
        detach = enums.AlterTableType.AT_DetachPartition
        if command.subtype == detach and command.def_.concurrent:
            return Concurrent(
                "detach", relation_name(command.def_.name), relation_name(node.relation)
            )
    return None


def _is_concurrent(node: Any) -> bool:
    return any(option.defname == "concurrently" for option in node.params or ())


def _on_probe(node: Any) -> str:
    """Built from a copy of the text's tree, so that the statement itself stays as it is."""
    from pglast.stream import RawStream  # takes long to import, and few files need it

    copy = ast.IndexStmt(node())
    copy.concurrent = False
    copy.if_not_exists = False
    copy.relation = ast.RangeVar(
        schemaname="pg_temp", relname="index_probe", inh=True, relpersistence="p"
    )
    return str(RawStream()(copy))
