"""What a declared file declares, and what it refers to.

A declared file holds one object: a function with its triggers and grants, a view with its grants,
or all access to one table. Its place says which; this module proves it or says what else is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pglast import ast, enums

from dbtool.errors import FileError
from dbtool.sql.kinds import Kind
from dbtool.sql.script import Statement, dotted, option, parse, relation_name, snippet_at, walk

_TYPE_OF_BODY = re.compile(r"([a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*)%(?:row)?type", re.IGNORECASE)


@dataclass(frozen=True)
class Trigger:
    """A trigger that a function file declares."""

    table: str
    name: str


@dataclass(frozen=True)
class Declaration:
    """A declared file, read.

    Attributes:
        kind: What it declares.
        name: ``schema.name`` of the function, view or table.
        statements: All statements, the creating one first (policy files: in file order).
        triggers: Triggers the function's file creates.
        policies: Names of the policies the file creates.
        commented_columns: Of a view, the columns that its file comments on.
        argument_types: Of a function, the types of its input arguments, as text.
        references: ``schema.name`` of every function, relation and type it needs to exist.
    """

    kind: Kind
    name: str
    statements: tuple[Statement, ...]
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[str, ...] = ()
    commented_columns: frozenset[str] = frozenset()
    argument_types: tuple[str, ...] = ()
    references: frozenset[str] = field(default_factory=frozenset)


@cache
def read(kind: Kind, name: str, text: str, path: str) -> Declaration:
    """Read a declared file and prove that it holds what its place says.

    A run on a scratch database and the one on the target read the same texts.

    Args:
        kind: function, view or policy, from the file's top folder.
        name: ``schema.name``, from its folder and file name.
        text: Content.
        path: The file's name, for errors.

    Raises:
        FileError: Not SQL, or it holds another object than its name says.
    """
    statements = parse(text, path)
    stranger = next((s for s in statements if not _belongs(kind, name, s.node)), None)
    if stranger is not None:
        raise FileError(
            f"this statement does not belong to {kind} {name}",
            path=path,
            line=stranger.line,
            snippet=snippet_at(text, stranger.line),
            hint=_RULES[kind].format(name=name),
        )
    creating = [s for s in statements if _created_name(s.node) == name]
    if kind != "policy" and len(creating) != 1:
        raise FileError(
            f"declares {kind} {name} {len(creating)} times",
            path=path,
            hint=_RULES[kind].format(name=name),
        )
    unrepeatable = next((s for s in statements if _is_unrepeatable(s.node)), None)
    if unrepeatable is not None:
        raise FileError(
            "CREATE without OR REPLACE",
            path=path,
            line=unrepeatable.line,
            snippet=snippet_at(text, unrepeatable.line),
            hint="Write CREATE OR REPLACE: declared functions, views and triggers are replaced.",
        )
    ordered = (*creating, *(s for s in statements if s not in creating))
    references = frozenset(r for s in statements for r in _references(s, path)) - {name}
    return Declaration(
        kind=kind,
        name=name,
        statements=ordered,
        triggers=tuple(
            Trigger(relation_name(s.node.relation), str(s.node.trigname))
            for s in statements
            if isinstance(s.node, ast.CreateTrigStmt)
        ),
        policies=tuple(
            str(s.node.policy_name) for s in statements if isinstance(s.node, ast.CreatePolicyStmt)
        ),
        commented_columns=frozenset(
            dotted(s.node.object).rpartition(".")[2]
            for s in statements
            if isinstance(s.node, ast.CommentStmt) and _is_kind(s.node, "COLUMN")
        ),
        argument_types=_argument_types(ordered[0].node) if kind == "function" else (),
        references=references,
    )


_RULES = {
    "function": (
        "A function file holds one CREATE FUNCTION {name}, its COMMENT, its REVOKE and GRANT, "
        "and the triggers that call it (no constraint triggers: those stand in a migration)."
    ),
    "view": "A view file holds one CREATE VIEW {name}, its COMMENTs, REVOKE and GRANT.",
    "policy": (
        "A policy file holds CREATE POLICY, COMMENT ON POLICY, GRANT and REVOKE on {name}, "
        "and nothing else."
    ),
}


def _belongs(kind: Kind, name: str, node: Any) -> bool:
    if kind == "function":
        return (
            _created_name(node) == name
            or (isinstance(node, ast.CommentStmt) and _comment_target(node) == name)
            or (isinstance(node, ast.GrantStmt) and _grant_targets(node) == {name})
            or _is_trigger_calling(node, name)
            or (isinstance(node, ast.CommentStmt) and _is_kind(node, "TRIGGER"))
        )
    if kind == "view":
        return (
            _created_name(node) == name
            or (isinstance(node, ast.CommentStmt) and _comment_target(node) == name)
            or (isinstance(node, ast.GrantStmt) and _grant_targets(node) == {name})
        )
    return (
        (isinstance(node, ast.CreatePolicyStmt) and relation_name(node.table) == name)
        or (isinstance(node, ast.GrantStmt) and _grant_targets(node) == {name})
        or (
            isinstance(node, ast.CommentStmt)
            and _is_kind(node, "POLICY")
            and _comment_target(node) == name
        )
    )


def _is_kind(node: ast.CommentStmt, kind: str) -> bool:
    return bool(node.objtype == enums.ObjectType[f"OBJECT_{kind}"])


def _is_unrepeatable(node: Any) -> bool:
    kinds = (ast.CreateFunctionStmt, ast.ViewStmt, ast.CreateTrigStmt)
    return isinstance(node, kinds) and not node.replace


def _argument_types(node: Any) -> tuple[str, ...]:
    from pglast.stream import RawStream  # takes long to import, and tables do without it

    modes = enums.FunctionParameterMode
    outputs = (modes.FUNC_PARAM_OUT, modes.FUNC_PARAM_TABLE)
    return tuple(
        str(RawStream()(parameter.argType))
        for parameter in node.parameters or ()
        if parameter.mode not in outputs
    )


def _created_name(node: Any) -> str:
    if isinstance(node, ast.CreateFunctionStmt):
        return dotted(node.funcname)
    if isinstance(node, ast.ViewStmt):
        return relation_name(node.view)
    return ""


def _is_trigger_calling(node: Any, name: str) -> bool:
    return (
        isinstance(node, ast.CreateTrigStmt)
        and not node.isconstraint
        and dotted(node.funcname) == name
    )


def _comment_target(node: ast.CommentStmt) -> str:
    target = node.object
    if isinstance(target, ast.ObjectWithArgs):
        return dotted(target.objname)
    parts = dotted(target).split(".")
    inner = _is_kind(node, "POLICY") or _is_kind(node, "COLUMN")
    return ".".join(parts[:-1] if inner else parts)


def _grant_targets(node: ast.GrantStmt) -> set[str]:
    names = set()
    for target in node.objects or ():
        if isinstance(target, ast.RangeVar):
            names.add(relation_name(target))
        elif isinstance(target, ast.ObjectWithArgs):
            names.add(dotted(target.objname))
        else:
            names.add("")
    return names


def _references(statement: Statement, path: str) -> set[str]:
    found = set()
    for node in walk(statement.node):
        if isinstance(node, ast.RangeVar):
            found.add(relation_name(node))
        elif isinstance(node, ast.FuncCall):
            found.add(dotted(node.funcname))
        elif isinstance(node, ast.TypeName):
            found.add(dotted(node.names))
    if isinstance(statement.node, ast.CreateFunctionStmt):
        found |= _references_of_body(statement.node, path, statement.line)
    return {name for name in found if "." in name and not name.startswith("pg_catalog.")}


def _references_of_body(node: ast.CreateFunctionStmt, path: str, line: int) -> set[str]:
    """Names in a body given as a string.

    Postgres checks an SQL body when the function is made, so all it names must exist by then.
    Of a plpgsql body it resolves the types of variables only.
    """
    body = option(node, "as")
    language = option(node, "language")
    if not isinstance(body, tuple) or language is None:
        return set()
    text = str(body[0].sval)
    if language.sval != "sql":
        return set(_TYPE_OF_BODY.findall(text))
    try:
        statements = parse(text, path)
    except FileError as error:
        raise FileError(
            f"in the body: {error.message}", path=path, line=line, snippet=error.snippet
        ) from None
    return {name for inner in statements for name in _references(inner, path)}
