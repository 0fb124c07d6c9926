"""Rules for views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pglast import ast, enums

from dbtool.sql.rules.access import role_name
from dbtool.sql.rules.base import Finding, ParsedFile, at
from dbtool.sql.script import dotted, relation_name

_CLIENTS = frozenset({"public", "anon", "authenticated", "staff", "service_role"})


def view_revokes_all(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A view whose file does not take everything away before it grants."""
    for file in files:
        if file.place != "view":
            continue
        for statement in file.statements:
            node = statement.node
            if not isinstance(node, ast.ViewStmt):
                continue
            name = relation_name(node.view)
            missing = _CLIENTS - set(_revoked_of(file, name))
            if missing:
                yield at(
                    "view-revokes-all",
                    file,
                    statement,
                    f"{name} does not `revoke all ... from {', '.join(sorted(missing))}`",
                )


def _revoked_of(file: ParsedFile, relation: str) -> Iterator[str]:
    """Roles from which a file revokes everything on a relation."""
    for statement in file.statements:
        node = statement.node
        if isinstance(node, ast.GrantStmt) and not node.is_grant and not node.privileges:
            names = [relation_name(o) for o in node.objects or () if isinstance(o, ast.RangeVar)]
            if relation in names:
                yield from (role_name(grantee) for grantee in node.grantees)


def identical_view_comment(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A comment on a view's column that says what the column it shows says already."""
    comments = _column_comments(files)
    sources = {
        f"{view}.{column}": source
        for file in files
        if file.place == "view"
        for view, query in _views(file)
        for column, source in _shown(query).items()
    }
    for file in files:
        if file.place != "view":
            continue
        for statement in file.statements:
            column = _commented_column(statement.node)
            inherited = _comment(sources.get(column, ""), comments, sources)
            if inherited and inherited == statement.node.comment:
                yield at(
                    "identical-view-comment",
                    file,
                    statement,
                    f"{sources[column]} has this comment, and {column} takes it over",
                )


def _views(file: ParsedFile) -> Iterator[tuple[str, Any]]:
    for statement in file.statements:
        if isinstance(statement.node, ast.ViewStmt):
            yield relation_name(statement.node.view), statement.node.query


def _commented_column(node: Any) -> str:
    """``schema.relation.column`` that a statement comments on; else empty."""
    is_column = isinstance(node, ast.CommentStmt) and (
        node.objtype == enums.ObjectType.OBJECT_COLUMN
    )
    return dotted(node.object) if is_column else ""


def _column_comments(files: Sequence[ParsedFile]) -> dict[str, str]:
    """Comments of columns as the migrations, in their order, and the views' files leave them."""
    found: dict[str, str] = {}
    for file in files:
        for statement in file.statements if file.place in ("migration", "view") else ():
            node = statement.node
            column = _commented_column(node)
            if column:
                found[column] = node.comment or ""
            if isinstance(node, ast.RenameStmt) and node.relation is not None:
                table = relation_name(node.relation)
                before, after = f"{table}.", f"{table.rpartition('.')[0]}.{node.newname}."
                if node.renameType == enums.ObjectType.OBJECT_COLUMN:
                    before, after = f"{table}.{node.subname}", f"{table}.{node.newname}"
                for name in [n for n in found if n == before or _is_of(n, before)]:
                    found[after + name.removeprefix(before)] = found.pop(name)
    return found


def _is_of(column: str, table: str) -> bool:
    return table.endswith(".") and column.startswith(table)


def _comment(column: str, comments: dict[str, str], sources: dict[str, str]) -> str:
    """The comment of a column, its own or taken over through views."""
    seen: set[str] = set()
    while not comments.get(column) and column in sources and column not in seen:
        seen.add(column)
        column = sources[column]
    return comments.get(column, "")


def _shown(query: Any) -> dict[str, str]:
    """The columns of a query that do nothing but show a column of a relation."""
    relations: dict[str, str] = {}
    for item in getattr(query, "fromClause", None) or ():
        relations |= _relations(item)
    with_names = {str(c.ctename) for c in (query.withClause.ctes if query.withClause else ())}
    shown = {}
    for target in query.targetList or ():
        value = target.val
        if not isinstance(value, ast.ColumnRef) or len(value.fields or ()) != 2:
            continue
        alias, _, column = dotted(value.fields).partition(".")
        relation = relations.get(alias, "")
        if column and relation and relation not in with_names:
            shown[str(target.name or column)] = f"{relation}.{column}"
    return shown


def _relations(item: Any) -> dict[str, str]:
    """Aliases in FROM, and the relations behind them."""
    if isinstance(item, ast.RangeVar):
        return {str(item.alias.aliasname if item.alias else item.relname): relation_name(item)}
    if isinstance(item, ast.JoinExpr):
        return _relations(item.larg) | _relations(item.rarg)
    return {}
