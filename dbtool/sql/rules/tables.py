"""Rules for migrations: tables, their names, their indexes and their down migrations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pglast import ast, enums

from dbtool.sql.rules.base import Finding, ParsedFile, at
from dbtool.sql.script import Statement, dotted, relation_name, walk

_SNAKE = re.compile(r"[a-z][a-z0-9_]*")
_CONSTRAINT_PREFIX = {
    enums.ConstrType.CONSTR_PRIMARY: "pk",
    enums.ConstrType.CONSTR_FOREIGN: "fk",
    enums.ConstrType.CONSTR_UNIQUE: "uq",
    enums.ConstrType.CONSTR_CHECK: "ck",
    enums.ConstrType.CONSTR_EXCLUSION: "ex",
}


@dataclass(frozen=True)
class _Placed:
    """A constraint with the table it is on and the place it stands at.

    Attributes:
        column: The column whose definition holds it; empty for a table constraint.
    """

    table: str
    node: Any
    file: ParsedFile
    statement: Statement
    column: str = ""


def _constraints(files: Sequence[ParsedFile]) -> Iterator[_Placed]:
    for file, statement, node in _migration_nodes(files):
        if isinstance(node, ast.CreateStmt):
            table = relation_name(node.relation)
            for element in node.tableElts or ():
                if isinstance(element, ast.Constraint):
                    yield _Placed(table, element, file, statement)
                for inner in getattr(element, "constraints", None) or ():
                    yield _Placed(table, inner, file, statement, str(element.colname))
        elif isinstance(node, ast.AlterTableStmt):
            for command in node.cmds:
                added = command.def_
                if isinstance(added, ast.Constraint):
                    yield _Placed(relation_name(node.relation), added, file, statement)
                for inner in getattr(added, "constraints", None) or ():
                    table = relation_name(node.relation)
                    yield _Placed(table, inner, file, statement, str(added.colname))


def _migration_nodes(
    files: Sequence[ParsedFile],
) -> Iterator[tuple[ParsedFile, Statement, ast.Node]]:
    for file in files:
        if file.place == "migration":
            for statement in file.statements:
                yield file, statement, statement.node


def transaction_statement(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """BEGIN, COMMIT and the like in a migration."""
    for file in files:
        for statement in file.statements:
            if isinstance(statement.node, ast.TransactionStmt):
                yield at(
                    "transaction-statement",
                    file,
                    statement,
                    "dbtool runs each file in a transaction of its own",
                )


def missing_down(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A migration without its down migration."""
    for file in files:
        if file.place == "migration" and not file.has_down:
            yield at("missing-down", file, None, "no .down.sql stands beside this migration")


def table_without_rls(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A table that its own migration does not put under row level security."""
    for file in files:
        if file.place != "migration":
            continue
        secured = {
            relation_name(s.node.relation)
            for s in file.statements
            if isinstance(s.node, ast.AlterTableStmt)
            for command in s.node.cmds
            if command.subtype == enums.AlterTableType.AT_EnableRowSecurity
        }
        for statement in file.statements:
            node = statement.node
            relation = _created_table(node)
            if relation is not None:
                name = relation_name(relation)
                if name not in secured:
                    yield at(
                        "table-without-rls",
                        file,
                        statement,
                        f"{name} is created without `alter table {name} enable row level security`",
                    )


def _created_table(node: Any) -> ast.RangeVar | None:
    """The table that a statement creates, unless it is temporary."""
    relation = None
    if isinstance(node, ast.CreateStmt):
        relation = node.relation
    elif isinstance(node, ast.CreateTableAsStmt):
        if node.objtype == enums.ObjectType.OBJECT_TABLE:
            relation = node.into.rel
    elif isinstance(node, ast.SelectStmt) and node.intoClause is not None:
        relation = node.intoClause.rel
    return None if relation is None or relation.relpersistence == "t" else relation


def foreign_key_index(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A foreign key that no index leads with."""
    leading: dict[str, list[tuple[str, ...]]] = {}
    keys: list[tuple[_Placed, tuple[str, ...]]] = []
    owners = {
        enums.ConstrType.CONSTR_PRIMARY,
        enums.ConstrType.CONSTR_UNIQUE,
    }
    for placed in _constraints(files):
        node = placed.node
        if node.contype in owners:
            columns = tuple(str(key.sval) for key in node.keys or ()) or (placed.column,)
            leading.setdefault(placed.table, []).append(columns)
        elif node.contype == enums.ConstrType.CONSTR_FOREIGN:
            columns = tuple(str(column.sval) for column in node.fk_attrs or ()) or (placed.column,)
            keys.append((placed, columns))
    for _, _, node in _migration_nodes(files):
        if isinstance(node, ast.IndexStmt) and node.accessMethod == "btree":
            columns = tuple(str(element.name) for element in node.indexParams)
            if _covers_all_rows(node, columns[0]):
                leading.setdefault(relation_name(node.relation), []).append(columns)
    for placed, columns in keys:
        indexes = leading.get(placed.table, [])
        if not any(set(index[: len(columns)]) == set(columns) for index in indexes):
            yield at(
                "foreign-key-index",
                placed.file,
                placed.statement,
                f"no index on {placed.table} leads with ({', '.join(columns)}), "
                f"which {placed.node.conname or 'a foreign key'} needs",
            )


def _covers_all_rows(node: ast.IndexStmt, column: str) -> bool:
    """Whether a foreign key can use it: no WHERE, or only `<its first column> is not null`."""
    where = node.whereClause
    return where is None or (
        isinstance(where, ast.NullTest)
        and where.nulltesttype == enums.NullTestType.IS_NOT_NULL
        and isinstance(where.arg, ast.ColumnRef)
        and dotted(where.arg.fields) == column
    )


def drop_without_if_exists(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A migration that drops a declared kind of object as if it were sure to be there."""
    kinds = enums.ObjectType
    declared = {
        kinds.OBJECT_VIEW: "view",
        kinds.OBJECT_FUNCTION: "function",
        kinds.OBJECT_PROCEDURE: "procedure",
        kinds.OBJECT_POLICY: "policy",
    }
    for file, statement, node in _migration_nodes(files):
        if isinstance(node, ast.DropStmt) and node.removeType in declared and not node.missing_ok:
            kind = declared[node.removeType]
            yield at(
                "drop-without-if-exists",
                file,
                statement,
                f"on an empty database no declared {kind} is there yet: `drop {kind} if exists`",
            )


def declared_function_in_table(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A table, index or constraint that calls a function from functions/."""
    declared = {
        dotted(s.node.funcname)
        for file in files
        if file.place == "function"
        for s in file.statements
        if isinstance(s.node, ast.CreateFunctionStmt)
    }
    users = (ast.CreateStmt, ast.AlterTableStmt, ast.IndexStmt, ast.CreateTrigStmt)
    for file, statement, node in _migration_nodes(files):
        if not isinstance(node, users):
            continue
        called = {dotted(n.funcname) for n in walk(node) if isinstance(n, ast.FuncCall)}
        if isinstance(node, ast.CreateTrigStmt):
            called.add(dotted(node.funcname))
        for name in sorted(called & declared):
            yield at(
                "declared-function-in-table",
                file,
                statement,
                f"{name} is declared, and so comes after all migrations: make it in a migration",
            )


def missing_comment(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A table, function, view, policy or schema that nothing explains."""
    explained = {
        _comment_key(statement.node)
        for file in files
        if file.place != "down"
        for statement in file.statements
        if isinstance(statement.node, ast.CommentStmt) and statement.node.comment
    }
    for file in files:
        for statement in file.statements:
            key = _created_key(statement.node)
            if key is not None and file.place != "down" and key not in explained:
                yield at("missing-comment", file, statement, f"{key[0]} {key[1]} has no comment")


def _created_key(node: Any) -> tuple[str, str] | None:
    table = _created_table(node)
    if table is not None:
        return ("table", relation_name(table))
    if isinstance(node, ast.CreateTableAsStmt):
        return ("view", relation_name(node.into.rel))
    if isinstance(node, ast.CreateFunctionStmt):
        return ("function", dotted(node.funcname))
    if isinstance(node, ast.ViewStmt):
        return ("view", relation_name(node.view))
    if isinstance(node, ast.CreatePolicyStmt):
        return ("policy", f"{relation_name(node.table)}.{node.policy_name}")
    if isinstance(node, ast.CreateSchemaStmt):
        return ("schema", str(node.schemaname))
    return None


def _comment_key(node: ast.CommentStmt) -> tuple[str, str]:
    kinds = enums.ObjectType
    names = {
        kinds.OBJECT_TABLE: "table",
        kinds.OBJECT_FUNCTION: "function",
        kinds.OBJECT_PROCEDURE: "function",
        kinds.OBJECT_VIEW: "view",
        kinds.OBJECT_MATVIEW: "view",
        kinds.OBJECT_POLICY: "policy",
        kinds.OBJECT_SCHEMA: "schema",
    }
    target = node.object
    if isinstance(target, ast.ObjectWithArgs):
        name = dotted(target.objname)
    elif isinstance(target, ast.String):
        name = target.sval
    else:
        name = dotted(target)
    return (names.get(node.objtype, ""), name)


def naming(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """Names that do not say what a thing is."""
    for placed in _constraints(files):
        yield from _constraint_name(placed)
    for file in files:
        if file.place in ("down", "seed"):
            continue
        for statement in file.statements:
            for message in _misnomers(statement.node):
                yield at("naming", file, statement, message)


def _constraint_name(placed: _Placed) -> Iterator[Finding]:
    prefix = _CONSTRAINT_PREFIX.get(placed.node.contype)
    if prefix is None:
        return
    table = placed.table.rpartition(".")[2]
    name = placed.node.conname
    wanted = f"{prefix}_{table}"
    if not name:
        message = f"a constraint of {placed.table} has no name; write constraint {wanted}_..."
        yield at("naming", placed.file, placed.statement, message)
    elif name != wanted and not name.startswith(f"{wanted}_"):
        message = f"constraint {name} should begin with {wanted}"
        yield at("naming", placed.file, placed.statement, message)


def _misnomers(node: Any) -> Iterator[str]:
    if isinstance(node, ast.CreateStmt):
        table = relation_name(node.relation)
        if "." not in table:
            yield f"table {table} is created without its schema"
        yield from _not_snake((node.relation.relname, *_columns(node.tableElts)))
    elif isinstance(node, ast.AlterTableStmt):
        yield from _not_snake(_columns(command.def_ for command in node.cmds))
    elif isinstance(node, ast.ViewStmt):
        yield from _not_snake([node.view.relname])
    elif isinstance(node, ast.CreateFunctionStmt):
        yield from _not_snake([dotted(node.funcname).rpartition(".")[2]])
    elif isinstance(node, ast.IndexStmt):
        wanted = f"idx_{node.relation.relname}_"
        if not str(node.idxname or "").startswith(wanted):
            yield f"index {node.idxname} should begin with {wanted}"
    elif isinstance(node, ast.CreateTrigStmt):
        wanted = f"trg_{node.relation.relname}_"
        if not node.trigname.startswith(wanted):
            yield f"trigger {node.trigname} should begin with {wanted}"
    elif isinstance(node, ast.CreatePolicyStmt):
        table = node.table.relname
        command = str(node.cmd_name)
        if not re.fullmatch(rf"{table}_{command}_[a-z0-9_]+", node.policy_name):
            yield f"policy {node.policy_name} should be named {table}_{command}_<who>"


def _columns(elements: Iterable[Any] | None) -> Iterator[str]:
    for element in elements or ():
        if isinstance(element, ast.ColumnDef) and element.colname:
            yield str(element.colname)


def _not_snake(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not _SNAKE.fullmatch(name):
            yield f"{name} is not snake_case"
