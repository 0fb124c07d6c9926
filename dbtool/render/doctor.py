"""What `dbtool doctor` found, check by check."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape

from dbtool.render.results import counted, table

if TYPE_CHECKING:
    from rich.console import Console

    from dbtool.commands.doctor import Examined


def examined(console: Console, result: Examined) -> None:
    """A table for each check, with its remedy and its page; then what ran and what did not."""
    for check, group in groupby(result.findings, key=lambda finding: finding.check):
        findings = list(group)
        rows = table("object", "finding")
        for finding in findings:
            rows.add_row(escape(finding.object), escape(finding.detail))
        first = findings[0]
        title = escape(f"{check} {first.title}")
        console.print(f"[bold red]{title}[/] [dim]({len(findings)})[/]", highlight=False)
        console.print(rows)
        console.print(f"[green]->[/] {escape(first.remedy)}", highlight=False)
        console.print(f"[dim]{escape(first.page)}[/]\n", highlight=False)
    if result.not_installed:
        names = ", ".join(result.not_installed)
        console.print(f"[dim]not run, because not installed: {names}[/]", highlight=False)
    colour = "red" if result.findings else "green"
    console.print(
        f"[{colour}]{counted(len(result.findings), 'finding')}[/], {len(result.excused)} excused "
        f"with reasons in policies/exceptions.toml, by {counted(len(result.ran), 'check')}",
        highlight=False,
    )
