"""A plan as people read it: red for what stops readers, yellow for what stops writers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from dbtool.render import results

if TYPE_CHECKING:
    from dbtool.commands.plan import Planned, PlannedFile, PlannedStatement, Touched

_COLOURS = {"reads and writes": "red", "writes": "yellow"}


def planned(console: Console, plan: Planned) -> None:
    """Each file, its statements, and what each does to existing relations."""
    if plan.drift:
        console.print(
            f"[yellow]{len(plan.drift)} objects are not as the last run left them "
            "(`dbtool verify` names them); the plan ignores that[/]"
        )
    if not plan.files:
        console.print("nothing to do")
        return
    console.print(f"{escape(plan.database)} on Postgres {plan.server}", highlight=False)
    for file in plan.files:
        _file(console, file)
    _summary(console, plan)


def _file(console: Console, file: PlannedFile) -> None:
    where = f"transaction {file.transaction}" if file.transaction else "no transaction"
    console.print(f"\n[bold]{escape(file.path)}[/]  [dim]{where}[/]", highlight=False)
    for table, mode in file.locks.items():
        console.print(f"  first locks {escape(table)} in {mode} mode", highlight=False)
    for statement in file.statements:
        _statement(console, statement)


def _statement(console: Console, statement: PlannedStatement) -> None:
    if statement.line is not None:
        console.print(f"  {statement.line:>4}  {escape(statement.text)}", highlight=False)
    shown = [t for t in statement.touched if _is_worth_a_line(t)]
    if shown:
        rows = results.table("", "lock", "on", "rows", "size", "")
        rows.show_header = False
        for touched in shown:
            effect, size = touched.effect, touched.size
            colour = _COLOURS.get(touched.blocks, "dim")
            rows.add_row(
                "     ",
                f"[{colour}]{effect.lock or '-'}{' (held)' if effect.held else ''}[/]",
                escape(_name(touched)),
                f"{_count(size.rows)} rows" if size and effect.kind != "index" else "",
                _bytes(size.bytes) if size else "",
                f"[{'red' if effect.rewrites else 'yellow'}]{', '.join(_deeds(touched))}[/]",
            )
        console.print(rows)
    if statement.unknown:
        console.print(f"        [magenta]unknown:[/] {statement.unknown}", highlight=False)


def _is_worth_a_line(touched: Touched) -> bool:
    return bool(_deeds(touched)) or touched.effect.lock not in ("", "access share")


def _name(touched: Touched) -> str:
    effect = touched.effect
    prefix = "" if effect.kind == "table" else f"{effect.kind} "
    more = f" and {effect.partitions} partitions" if effect.partitions else ""
    return f"{prefix}{effect.relation}{more}"


def _deeds(touched: Touched) -> list[str]:
    effect = touched.effect
    return [
        word
        for word, is_so in (
            ("rewrites it", effect.rewrites),
            ("reads all of it", effect.scans),
            ("drops it", effect.drops),
        )
        if is_so
    ]


def _count(rows: int | None) -> str:
    if rows is None:
        return "?"
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if rows >= 10 * size or (rows >= size and size > 1000):
            return f"{rows / size:.1f}{unit}"
    return str(rows)


def _bytes(size: int) -> str:
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TB"


def _summary(console: Console, plan: Planned) -> None:
    statements = [s for f in plan.files for s in f.statements]
    console.print()
    for blocks, colour in _COLOURS.items():
        names = {
            t.effect.relation
            for s in statements
            for t in s.touched
            if t.blocks == blocks and t.effect.kind != "index"
        }
        if names:
            console.print(
                f"[{colour}]{blocks} wait[/] on existing relations ({len(names)}): "
                f"{escape(', '.join(sorted(names)[:8]))}{' ...' if len(names) > 8 else ''}",
                highlight=False,
            )
    slow = {
        t.effect.relation
        for s in statements
        for t in s.touched
        if (t.effect.rewrites or t.effect.scans) and t.effect.kind == "table"
    }
    if slow:
        console.print(
            f"[red]rewritten or read from end to end:[/] {escape(', '.join(sorted(slow)))}",
            highlight=False,
        )
    count = sum(len(f.statements) for f in plan.files)
    console.print(f"{len(plan.files)} files, {count} statements; nothing was run", highlight=False)
