"""Results of commands as tables people can scan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dbtool.commands.migrate import Migrated
from dbtool.db.catalog import Difference


def table(*columns: str) -> Table:
    """A table without decoration."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        result.add_column(column, overflow="fold")
    return result


def differences(console: Console, found: Iterable[Difference], verbose: bool = True) -> None:
    """Each difference by name, with both definitions where it changed."""
    colours = {"added": "green", "removed": "red", "changed": "yellow"}
    for difference in found:
        colour = colours[difference.change]
        console.print(
            f"[{colour}]{difference.change:8}[/] {difference.kind} {escape(difference.identity)}",
            highlight=False,
        )
        if verbose and difference.change == "changed":
            console.print(f"  expected: {escape(difference.expected)}", highlight=False)
            console.print(f"  found:    {escape(difference.found)}", highlight=False)


def migrated(console: Console, result: Migrated) -> None:
    """What a run of migrate did."""
    if result.drift:
        console.print(
            f"[yellow]{len(result.drift)} objects were not as the last run left them:[/]"
        )
        differences(console, result.drift, verbose=False)
    verb = "would apply" if result.dry_run else "applied"
    if result.migrations:
        rows = table("migration", "ms", "attempts")
        for step in result.migrations:
            rows.add_row(step.name, str(step.milliseconds), str(step.attempts))
        console.print(rows)
    moved = [c for c in result.declared if c.action != "applied"]
    for change in moved:
        console.print(f"{change.action} {change.path}", highlight=False)
    rows_written = sum(s.inserted + s.updated for s in result.seeds)
    if not (result.migrations or result.declared or rows_written):
        console.print("nothing to do")
        return
    console.print(
        f"{verb} {len(result.migrations)} migrations, "
        f"{len(result.declared) - len(moved)} declared files, {rows_written} reference rows",
        highlight=False,
    )


def seeded(console: Console, result: dict[str, Any]) -> None:
    """What became of seed rows."""
    if result["reference"]:
        rows = table("table", "inserted", "updated", "left alone")
        for merged in result["reference"]:
            rows.add_row(
                merged.table, str(merged.inserted), str(merged.updated), str(merged.kept)
            )
        console.print(rows)
    if result["demo"]:
        console.print(f"{result['demo'].inserted} demo rows inserted", highlight=False)
