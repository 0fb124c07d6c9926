"""Rules for grants and policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pglast import ast, enums

from dbtool.sql.rules.base import Finding, ParsedFile, at
from dbtool.sql.script import Statement, dotted, walk


def access_outside_policy(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """Grants and policies of a table anywhere but in its policy file."""
    for file in files:
        if file.place not in ("migration", "function"):
            continue
        for statement in file.statements:
            node = statement.node
            on_table = isinstance(node, ast.GrantStmt) and (
                node.objtype == enums.ObjectType.OBJECT_TABLE
            )
            if isinstance(node, ast.CreatePolicyStmt | ast.AlterPolicyStmt) or on_table:
                yield at(
                    "access-outside-policy",
                    file,
                    statement,
                    "access to a table is stated in policies/<schema>/<table>.sql alone",
                )


def policy_without_to(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A policy that is for everyone because it names no role."""
    for file, statement, node in _policies(files):
        if "public" in {role_name(role) for role in node.roles or ()}:
            yield at(
                "policy-without-to",
                file,
                statement,
                f"policy {node.policy_name} names no role: write `to anon`, `to authenticated`, "
                "`to staff`",
            )


def bare_call_in_policy(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """A function that a policy calls once a row instead of once a statement."""
    for file, statement, node in _policies(files):
        for expression in (node.qual, node.with_check):
            for name in _bare_calls(expression):
                yield at(
                    "bare-call-in-policy",
                    file,
                    statement,
                    f"{name}() runs for every row: write (select {name}(...)), and never give it "
                    "a column",
                )


def _bare_calls(node: Any, inside: bool = False) -> Iterator[str]:
    """Qualified functions outside any sub-select, or inside one but given a column."""
    if isinstance(node, ast.SubLink):
        inside = True
    if isinstance(node, ast.FuncCall):
        name = dotted(node.funcname)
        package = "." in name and not name.startswith("pg_catalog.")
        if package and (not inside or any(isinstance(n, ast.ColumnRef) for n in walk(node.args))):
            yield name
    if isinstance(node, ast.Node):
        for slot in node:
            yield from _bare_calls(getattr(node, slot), inside)
    elif isinstance(node, tuple):
        for item in node:
            yield from _bare_calls(item, inside)


def staff_twin(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """Rights of authenticated that staff do not have: a staff role must take nothing away."""
    for file in files:
        if file.place not in ("policy", "view", "function"):
            continue
        yield from _twins_of_policies(file)
        yield from _twins_of_grants(file)


def _twins_of_policies(file: ParsedFile) -> Iterator[Finding]:
    commands: dict[str, set[str]] = {}
    for _, _, node in _policies([file]):
        for role in node.roles or ():
            commands.setdefault(role_name(role), set()).add(str(node.cmd_name))
    for _, statement, node in _policies([file]):
        roles = {role_name(role) for role in node.roles or ()}
        command = str(node.cmd_name)
        if "authenticated" in roles and not commands.get("staff", set()) & {command, "all"}:
            yield at(
                "staff-twin",
                file,
                statement,
                f"policy {node.policy_name} has no twin: staff have no policy for {command}",
            )


def _twins_of_grants(file: ParsedFile) -> Iterator[Finding]:
    granted: dict[str, set[tuple[str, str]]] = {}
    places: dict[tuple[str, str], Statement] = {}
    for statement in file.statements:
        node = statement.node
        if not isinstance(node, ast.GrantStmt) or not node.is_grant:
            continue
        for privilege in _privileges(node):
            for grantee in node.grantees:
                granted.setdefault(role_name(grantee), set()).add(privilege)
                if role_name(grantee) == "authenticated":
                    places.setdefault(privilege, statement)
    staff = granted.get("staff", set())
    for privilege in sorted(granted.get("authenticated", set())):
        if not staff & {privilege, (privilege[0], ""), ("all", "")}:
            what = f"{privilege[0]} ({privilege[1]})" if privilege[1] else privilege[0]
            yield at(
                "staff-twin", file, places[privilege], f"{what} is granted to authenticated only"
            )


def _privileges(node: ast.GrantStmt) -> Iterator[tuple[str, str]]:
    """(privilege, column) pairs; an empty column for the whole object."""
    if not node.privileges:
        yield ("all", "")
    for privilege in node.privileges or ():
        for column in privilege.cols or (None,):
            yield (str(privilege.priv_name), column.sval if column else "")


def _policies(
    files: Sequence[ParsedFile],
) -> Iterator[tuple[ParsedFile, Statement, ast.CreatePolicyStmt]]:
    for file in files:
        for statement in file.statements:
            if isinstance(statement.node, ast.CreatePolicyStmt):
                yield file, statement, statement.node


def role_name(node: Any) -> str:
    """The name of a role as a statement has it; public for everybody."""
    if node.roletype == enums.RoleSpecType.ROLESPEC_PUBLIC:
        return "public"
    return str(node.rolename or "current_user")
