"""The access matrix on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dbtool.access.causes import by_cause
from dbtool.access.matrix.deviation import Deviation
from dbtool.access.summary import CALLERS, MatrixLine
from dbtool.commands.access import Checked, Proven
from dbtool.commands.prove import Proof

_FEW = 3


def matrix(console: Console, checked: Checked, is_all: bool = False) -> None:
    """Deviations by cause; before them, if asked for, a table for each schema."""
    by_schema = groupby(checked.lines, lambda line: line.name.partition(".")[0])
    for schema, lines in by_schema if is_all else ():
        console.print(_table(schema, list(lines)))
    _deviations(console, checked.deviations)
    console.print(
        f"{checked.tried} questions asked, {len(checked.deviations)} unexpected answers",
        style="red" if checked.deviations else "green",
        highlight=False,
    )


def proof(console: Console, proven: Proof) -> None:
    """What does not hold, and how much was tried."""
    _deviations(console, proven.deviations)
    if proven.tried:
        mutants(console, proven.mutants)
    known = proven.objects - len(proven.tried)
    console.print(
        f"{known} of {proven.objects} objects were known to be proven; {len(proven.tried)} tried: "
        f"{proven.asked} questions, {len(proven.deviations)} unexpected answers",
        style="green" if proven.is_complete else "red",
        highlight=False,
    )


def _deviations(console: Console, deviations: Sequence[Deviation]) -> None:
    """By cause."""
    if not deviations:
        return
    table = Table(title="Not as expected", title_style="bold red", title_justify="left")
    headings = ("who", "object", "verb", "row, column or call", "expected", "found", "stated in")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for c in by_cause(deviations):
        who, what = _some(c.personas, "personas"), _some(c.what, "rows")
        table.add_row(*map(escape, (who, c.object, c.verb, what, c.expected, c.found, c.place)))
    console.print(table)


def _some(names: tuple[str, ...], kind: str) -> str:
    """One, or how many and the first of them."""
    if len(names) == 1:
        return names[0]
    more = ", ..." if len(names) > _FEW else ""
    return f"{len(names)} {kind}: {', '.join(names[:_FEW])}{more}"


def _table(schema: str, lines: list[MatrixLine]) -> Table:
    table = Table(title=schema, title_style="bold", title_justify="left", show_lines=True)
    for heading in ("object", *CALLERS):
        table.add_column(heading, overflow="fold")
    hidden = [line for line in lines if not line.cells]
    for line in lines:
        if not line.cells:
            continue
        name = escape(line.name.partition(".")[2])
        kind = "()" if line.kind == "function" else ""
        table.add_row(name + kind, *(_cell(line, caller) for caller in CALLERS))
    if hidden:
        table.caption = f"and {len(hidden)} that nobody may touch: " + ", ".join(
            line.name.partition(".")[2] for line in hidden
        )
    return table


def _cell(line: MatrixLine, caller: str) -> str:
    what = line.cells.get(caller, {})
    return "\n".join(f"[dim]{verb}[/] {escape(said)}" for verb, said in what.items()) or "[dim]-[/]"


def mutants(console: Console, proven: Proven) -> None:
    """How many faults were noticed, and what became of the others."""
    survived = proven.explained or proven.unnoticed
    table = Table(show_header=False)
    table.add_row("noticed", str(proven.noticed))
    for rule, count in sorted(proven.by_rule.items()):
        table.add_row(f"not counted: {escape(rule)}", str(count))
    for name, reason in proven.explained.items():
        table.add_row(f"{escape(name)}\n[dim]{escape(reason)}[/]", "explained")
    for name in proven.unnoticed:
        table.add_row(escape(name), "[red]not noticed[/]")
    for name in proven.stale:
        table.add_row(escape(name), "[red]explained, but noticed or gone[/]")
    console.print(table)
    if proven.is_part and not (proven.noticed or proven.by_rule or survived):
        console.print("no faults to put in: the chosen objects have none")
        return
    console.print(
        f"{proven.share:.1%} of the faults noticed",
        style="green" if proven.is_enough else "red",
        highlight=False,
    )
