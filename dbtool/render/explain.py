"""``dbtool access explain`` on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dbtool.access.explain.result import (
    ALLOWED,
    HIDDEN,
    VISIBLE,
    Explained,
    ExplainStep,
    FunctionFacts,
    Policy,
    UserGrants,
    Value,
)

_MARKS = {True: "[green]yes[/]", False: "[red]no[/]", None: "[yellow]?[/]"}
_COLOURS = {"true": "green", "false": "red", "null": "yellow", "error": "bold red"}


def explained(console: Console, result: Explained) -> None:
    """What was asked, the answer, whether trying agrees, then every layer."""
    _line(console, f"[yellow]{escape(result.notice)}[/]\n")
    row = ", ".join(f"{column} = {value}" for column, value in result.row.items())
    asked = f"{result.verb} {result.object}" + (f" ({row})" if row else "")
    _line(console, f"[bold]{escape(asked)}[/] as [bold]{escape(result.caller)}[/]")
    colour = "green" if result.verdict in (VISIBLE, ALLOWED) else "red"
    if result.verdict == HIDDEN:
        colour = "yellow"
    _line(console, f"[bold {colour}]{result.verdict}[/]: {escape(result.because)}")
    if result.disagreement:
        _line(console, f"[bold white on red] DISAGREEMENT [/] {escape(result.disagreement)}")
    agreed = " [green](agrees)[/]" if result.trial.outcome and not result.disagreement else ""
    _line(console, f"tried: {escape(result.trial.said)}{agreed}")
    for note in result.notes:
        _line(console, f"[dim]{escape(note)}[/]")
    _door(console, result)
    _steps(console, result)
    if result.function:
        _function(console, result.function)
    if result.standing:
        _standing(console, result.standing)


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False)


def _door(console: Console, result: Explained) -> None:
    door = result.door
    role = f"[bold]{door.role}[/]" if door.role else f"[red]refused: {escape(door.refusal)}[/]"
    _line(console, f"\n[bold]request[/]  token role {door.token_role} -> {role}")
    for reason in door.why:
        _line(console, f"  {escape(reason)}")
    _line(console, f"  [dim]{escape(door.how)}[/]")


def _steps(console: Console, result: Explained) -> None:
    if not result.steps:
        return
    table = Table("layer", "object", "passes", "why", title_justify="left", show_lines=True)
    table.title, table.title_style = "layers", "bold"
    for step in result.steps:
        table.add_row(
            step.layer, escape(step.object), _MARKS[step.passes], "\n".join(_reasons(step))
        )
    console.print(table)


def _reasons(step: ExplainStep) -> Iterator[str]:
    yield escape(step.said)
    if step.lacking and step.columns:
        yield f"[dim]may name:[/] {escape(', '.join(step.columns))}"
        yield f"[dim]may not:[/] {escape(', '.join(step.lacking))}"
    for condition in step.conditions[:1]:
        yield _value(condition)
    for part in step.conditions[1:]:
        yield f"  {_value(part)}"
    for policy in step.policies:
        yield from _policy(policy)


def _policy(policy: Policy) -> Iterator[str]:
    kind = "permissive" if policy.is_permissive else "restrictive"
    yield f"[bold]{escape(policy.name)}[/] ({kind}, for {policy.verb}, {policy.clause})"
    if policy.comment:
        yield f"  [dim]{escape(policy.comment)}[/]"
    yield f"  {_value(policy.condition)}"
    for number, part in enumerate(policy.parts):
        word = policy.word if number else " " * len(policy.word)
        yield f"    {word} {_value(part)}"


def _value(value: Value) -> str:
    if not value.value:
        return escape(value.text)
    shown = f"[{_COLOURS[value.value]}]{value.value}[/]"
    error = f" {escape(value.error)}" if value.error else ""
    return f"{shown}{error}  {escape(value.text)}"


def _function(console: Console, facts: FunctionFacts) -> None:
    rights = f"its owner {facts.owner}" if facts.security == "definer" else "its caller"
    _line(console, f"\n[bold]{escape(facts.signature)}[/] has the rights of {escape(rights)}")
    if facts.caller:
        _line(console, f"  for: {escape(facts.caller)}")
    if facts.raises:
        _line(console, f"  may answer: {escape(facts.raises)}")
    if not facts.checks:
        _line(console, "  it asks nothing about its caller that can be read from its text")
        return
    table = Table("in", "asks", "holds", "why", title="what it asks about the caller")
    table.title_style, table.title_justify = "bold", "left"
    for check in facts.checks:
        table.add_row(
            escape(check.function), escape(check.text), _MARKS[check.held], escape(check.said)
        )
    console.print(table)


def _standing(console: Console, standing: UserGrants) -> None:
    _line(console, "\n[bold]permissions[/]")
    for obstacle in standing.obstacles:
        _line(console, f"  [red]nothing counts: {escape(obstacle)}[/]")
    roles = Table("role", "scope", "until", "staff", "counts")
    for role in standing.roles:
        roles.add_row(
            escape(role.name),
            escape(role.scope),
            role.until or "-",
            "yes" if role.is_staff else "",
            _counts(role.counts, role.why_not),
        )
    console.print(roles if standing.roles else "  no role")
    if standing.permissions:
        table = Table("permission", "through", "scope", "until", "counts")
        for held in standing.permissions:
            table.add_row(
                escape(held.name),
                escape(held.role),
                escape(held.scope),
                held.until or "-",
                _counts(held.counts, held.why_not),
            )
        console.print(table)


def _counts(counts: bool, why_not: str) -> str:
    return "[green]yes[/]" if counts else f"[red]no[/]: {escape(why_not)}"
