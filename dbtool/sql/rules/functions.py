"""Rules for functions: what they see, and who may call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pglast import ast, enums

from dbtool.sql.rules.base import Finding, ParsedFile, at
from dbtool.sql.script import dotted


def function_search_path(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A function that looks names up in whatever path its caller has."""
    for file, statement, node in created(files):
        if _search_path(node) != ("pg_catalog", "pg_temp"):
            yield at(
                "function-search-path",
                file,
                statement,
                f"{dotted(node.funcname)} lacks `set search_path = pg_catalog, pg_temp`",
            )


def _search_path(node: ast.CreateFunctionStmt) -> tuple[str, ...]:
    for item in node.options or ():
        setting = item.arg
        if isinstance(setting, ast.VariableSetStmt) and setting.name == "search_path":
            return tuple(str(value.val.sval) for value in setting.args or ())
    return ()


def function_public_execute(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A function that everyone may call, because its file does not say otherwise."""
    for file, statement, node in created(files):
        name = dotted(node.funcname)
        changes = [_gives_public(s.node, name) for s in file.statements]
        if (False not in changes) or True in changes:
            yield at(
                "function-public-execute",
                file,
                statement,
                f"the file leaves {name} to everyone: "
                f"`revoke all on function {name}(...) from public`",
            )


def created(
    files: Sequence[ParsedFile],
) -> Iterator[tuple[ParsedFile, Any, ast.CreateFunctionStmt]]:
    """Every function that a file creates, with its statement."""
    for file in files:
        if file.place == "down":
            continue
        for statement in file.statements:
            if isinstance(statement.node, ast.CreateFunctionStmt):
                yield file, statement, statement.node


def _gives_public(node: Any, name: str) -> bool | None:
    """True for a grant of the function to public, False for a revoke; None for all else."""
    if not isinstance(node, ast.GrantStmt):
        return None
    named = any(
        isinstance(target, ast.ObjectWithArgs) and dotted(target.objname) == name
        for target in node.objects or ()
    )
    public = any(g.roletype == enums.RoleSpecType.ROLESPEC_PUBLIC for g in node.grantees)
    return bool(node.is_grant) if named and public else None
